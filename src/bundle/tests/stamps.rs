//! Time stamps, made by an authority of OpenSSL's that lives for one test.

use super::*;
use crate::bundle::time_answer::check;

const CONFIG: &str = include_str!("authority.cnf");

/// An authority: a root, a certificate between, one for time stamps.
struct Authority(tempfile::TempDir);

impl Authority {
    /// `None` where OpenSSL is not installed. `key` is what a key is made with, from and to the stamp's own validity.
    fn new(key: &str, from: &str, to: &str) -> Option<Authority> {
        if !is_installed("openssl") {
            return None;
        }
        let authority = Authority(tempfile::tempdir().expect("folder"));
        fs::write(authority.0.path().join("config"), CONFIG).expect("written");
        authority.run(&format!(
            "touch index.txt; echo 01 > serial; echo 01 > stamp-serial
             for name in root between stamps other; do openssl genpkey {key} -out $name.key || exit 1; done
             openssl req -x509 -config config -extensions root -key root.key -subj /CN=Root -days 9000 -out root.pem || exit 1
             openssl req -x509 -config config -extensions root -key other.key -subj /CN=Root -days 9000 -out other.pem || exit 1
             for name in between stamps; do openssl req -new -config config -key $name.key -subj /CN=$name -out $name.csr || exit 1; done
             openssl ca -batch -notext -config config -extensions between -cert root.pem -keyfile root.key \\
                 -startdate 20200101000000Z -enddate 20491231000000Z -in between.csr -out between.pem || exit 1
             openssl ca -batch -notext -config config -extensions stamps -cert between.pem -keyfile between.key \\
                 -startdate {from} -enddate {to} -in stamps.csr -out stamps.pem || exit 1"
        ));
        Some(authority)
    }

    fn run(&self, script: &str) {
        let said = Command::new("sh")
            .args(["-c", script])
            .current_dir(self.0.path())
            .output()
            .expect("sh runs");
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    }

    fn answer(&self, query: &[u8], section: &str) -> Vec<u8> {
        fs::write(self.0.path().join("q.tsq"), query).expect("written");
        self.run(&format!(
            "openssl ts -reply -config config -section {section} -queryfile q.tsq -signer stamps.pem -inkey stamps.key \
             -chain between.pem -out a.tsr"
        ));
        fs::read(self.0.path().join("a.tsr")).expect("read")
    }

    fn roots(&self, name: &str) -> Roots {
        Roots::parse(&fs::read(self.0.path().join(name)).expect("read")).expect("root")
    }
}

const RSA: &str = "-algorithm RSA -pkeyopt rsa_keygen_bits:2048";

#[test]
fn tokens_of_keys_of_every_kind_count() {
    for key in [
        RSA,
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-384",
    ] {
        let Some(authority) = Authority::new(key, "20200101000000Z", "20491231000000Z") else {
            return;
        };
        let (message, nonce) = (b"tag manifest", [7u8; 8]);
        let answer = authority.answer(&query(message, Some(&nonce)), "granting");
        let roots = authority.roots("root.pem");
        let token = check(&answer, message, Some(&nonce), Some(&roots), None).expect("counts");
        assert!(
            token.trusted && token.bound && token.authority == "stamps",
            "{token}"
        );
        assert!(
            token
                .to_string()
                .contains("not checked: whether the certificate was withdrawn"),
            "{token}"
        );
        assert!(check(&answer, message, None, None, None).is_ok_and(|token| !token.trusted));
        let fault = |message: &[u8], nonce: &[u8], root: &str, now| {
            check(&answer, message, Some(nonce), Some(&authority.roots(root)), now).expect_err("refused")
        };
        assert_eq!(fault(b"other", &nonce, "root.pem", None), TimeFault::OtherMessage);
        assert_eq!(fault(message, &[1], "root.pem", None), TimeFault::Nonce);
        assert!(matches!(
            fault(message, &nonce, "other.pem", None),
            TimeFault::Chain { .. }
        ));
        assert!(matches!(
            fault(message, &nonce, "root.pem", Some(u64::MAX)),
            TimeFault::EndedSince { .. }
        ));
        assert_eq!(
            check(
                &authority.answer(&query(message, None), "refusing"),
                message,
                None,
                None,
                None
            ),
            Err(TimeFault::NotGranted(2))
        );
    }
}

#[test]
fn an_expired_certificate_is_refused() {
    let Some(authority) = Authority::new(RSA, "20200101000000Z", "20210101000000Z") else {
        return;
    };
    let answer = authority.answer(&query(b"m", None), "granting");
    let refused = check(&answer, b"m", None, Some(&authority.roots("root.pem")), None);
    assert!(matches!(&refused, Err(TimeFault::Expired { .. })), "{refused:?}");
    assert!(matches!(
        check(&answer, b"m", None, None, None),
        Err(TimeFault::Expired { .. })
    ));
}

#[test]
fn flipped_bytes_of_a_token_are_found() {
    let Some(authority) = Authority::new(RSA, "20200101000000Z", "20491231000000Z") else {
        return;
    };
    let answer = authority.answer(&query(b"m", None), "granting");
    let roots = authority.roots("root.pem");
    let mut unseen = Vec::new();
    for at in 0..answer.len() {
        let mut changed = answer.clone();
        changed[at] ^= 1;
        if check(&changed, b"m", None, Some(&roots), None).is_ok() {
            unseen.push(at);
        }
    }
    // Parameters of hashes that have none.
    assert!(
        unseen.len() < 10,
        "{} of {}: {unseen:?}",
        unseen.len(),
        answer.len()
    );
    for cut in [0, 1, 20, answer.len() / 2, answer.len() - 1] {
        assert!(check(&answer[..cut], b"m", None, Some(&roots), None).is_err());
    }
}

#[test]
fn a_bundle_with_a_token_is_checked_by_both_verifiers() {
    let Some(authority) = Authority::new(RSA, "20200101000000Z", "20491231000000Z") else {
        return;
    };
    let mut bag = signed_bag();
    let answer = authority.answer(&bag.files[TIME_QUERY], "granting");
    bag.files.insert(TIME_ANSWER.into(), answer);
    let ask = Ask {
        roots: Some(authority.roots("root.pem")),
        ..ask(1)
    };
    let report = verify(&bag, &ask);
    assert!(
        report
            .lines
            .iter()
            .all(|line| line.outcome == verify::Outcome::Passed),
        "{report}"
    );
    let other = Ask {
        roots: Some(authority.roots("other.pem")),
        ..ask.clone()
    };
    assert!(verify(&bag, &other).has_failed());
    let mut borrowed = bag.clone();
    borrowed.files.insert(
        TIME_ANSWER.into(),
        authority.answer(&query(b"another bundle", None), "granting"),
    );
    assert!(verify(&borrowed, &ask).has_failed());
    if !is_installed("python3") {
        return;
    }
    for (bag, root, code) in [
        (&bag, "root.pem", 0),
        (&bag, "other.pem", 5),
        (&borrowed, "root.pem", 5),
    ] {
        let (_folder, folder) = on_disk(bag);
        let said = Command::new("python3")
            .args(["-I", "-B"])
            .arg(folder.join("verify.py"))
            .arg(&folder)
            .arg(folder.with_file_name("signer.pub"))
            .arg(authority.0.path().join(root))
            .output()
            .expect("runs");
        assert_eq!(
            said.status.code(),
            Some(code),
            "{}",
            String::from_utf8_lossy(&said.stdout)
        );
    }
}

#[test]
fn openssl_reads_our_query() {
    if !is_installed("openssl") {
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("q.tsq");
    for nonce in [None, Some(&[0x9fu8, 1, 2, 3][..])] {
        fs::write(&file, query(b"m", nonce)).expect("written");
        let said = Command::new("openssl")
            .args(["ts", "-query", "-text", "-in"])
            .arg(&file)
            .output()
            .expect("runs");
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(
            text.contains("Hash Algorithm: sha256") && text.contains("Certificate required: yes"),
            "{text}"
        );
        assert_eq!(text.contains("Nonce: 0x9F010203"), nonce.is_some(), "{text}");
    }
}
