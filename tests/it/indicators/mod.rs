//! Rules on trafficking: true cases, lawful look-alikes, what cannot be computed, and the borders.

mod benefits_and_children;
mod cross_form;
mod labour;
mod sexual;
