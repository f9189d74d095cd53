//! Rules on trafficking: true cases, lawful look-alikes, what cannot be computed, the borders, and whole networks.

mod benefits_and_children;
mod cross_form;
mod labour;
mod lacking;
mod near;
mod network;
mod proof;
mod sexual;
