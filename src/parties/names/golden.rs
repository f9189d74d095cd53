//! Names and what is read from them, written by hand: `golden_names.csv`.

use super::{Kind, Role, read};

fn letter(role: Role) -> char {
    match role {
        Role::Given => 'G',
        Role::Family => 'F',
        Role::Patronymic => 'T',
        Role::Particle => 'P',
        Role::Initial => 'I',
        Role::Honorific => 'H',
        Role::Suffix => 'S',
        Role::LegalForm => 'L',
        Role::Unknown => 'U',
    }
}

#[test]
fn names_are_read_as_their_countries_write_them() {
    let table = include_str!("golden_names.csv");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let fields: Vec<&str> = line.split(';').collect();
        assert_eq!(fields.len(), 7, "{line}");
        let kind = match fields[0] {
            "P" => Kind::Person,
            "C" => Kind::Company,
            _ => Kind::Unknown,
        };
        let name = read(fields[1], kind);
        let mut flags = Vec::new();
        if name.is_generic {
            flags.push("generic");
        }
        if name.mixed_scripts {
            flags.push("mixed");
        }
        if name.look_alikes {
            flags.push("alike");
        }
        let roles: String = name.tokens.iter().map(|token| letter(token.role)).collect();
        let got = [
            fields[0],
            fields[1],
            &name.core,
            &roles,
            name.legal_form.map_or("", |form| form.form),
            name.suffix.as_deref().unwrap_or(""),
            &flags.join(" "),
        ]
        .join(";");
        if got != line {
            wrong.push(format!("wanted {line}\n   got {got}"));
        }
        count += 1;
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 150);
}
