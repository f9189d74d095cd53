//! Signatures made here, checked by OpenSSH; made by OpenSSH, checked here.

use super::*;
use crate::bundle::sign::{SignError, sign};
use crate::bundle::signature::check;

/// Makes a key with ssh-keygen.
fn made(folder: &Path, kind: &[&str], passphrase: &str) -> PathBuf {
    let file = folder.join(format!("key-{}-{}", kind.join(""), passphrase));
    let said = Command::new("ssh-keygen")
        .args(["-q", "-N", passphrase, "-C", "office", "-t"])
        .args(kind)
        .arg("-f")
        .arg(&file)
        .output()
        .expect("ssh-keygen runs");
    assert!(said.status.success(), "{said:?}");
    file
}

fn by_openssh(message: &[u8], signature: &str, public: &str, namespace: &str) -> bool {
    let folder = tempfile::tempdir().expect("folder");
    fs::write(folder.path().join("allowed"), format!("office {public}")).expect("written");
    fs::write(folder.path().join("message.sig"), signature).expect("written");
    fs::write(folder.path().join("message"), message).expect("written");
    Command::new("ssh-keygen")
        .args([
            "-Y",
            "verify",
            "-f",
            "allowed",
            "-I",
            "office",
            "-n",
            namespace,
            "-s",
            "message.sig",
        ])
        .stdin(fs::File::open(folder.path().join("message")).expect("opened"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .current_dir(folder.path())
        .status()
        .is_ok_and(|status| status.success())
}

#[test]
fn keys_of_every_kind_sign_and_openssh_agrees() {
    if !is_installed("ssh-keygen") {
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    let message = b"tag manifest\n";
    let kinds: [&[&str]; 5] = [
        &["ed25519"],
        &["rsa", "-b", "2048"],
        &["ecdsa", "-b", "256"],
        &["ecdsa", "-b", "384"],
        &["ecdsa", "-b", "521"],
    ];
    for kind in kinds {
        let file = made(folder.path(), kind, "");
        let public = fs::read_to_string(file.with_extension("pub")).expect("public key");
        let keys = SignerKeys::parse(&public).expect("key");
        let first = sign(message, &file, &mut |_| None).expect("signed");
        // On P-521 the library draws a random number.
        let second = sign(message, &file, &mut |_| None).expect("signed");
        assert!(first == second || kind.contains(&"521"), "{kind:?}: bytes repeat");
        let signed = check(message, first.as_bytes(), Some(&keys)).expect("checked");
        assert!(signed.known && keys.fingerprints() == signed.fingerprint);
        if kind[0] == "rsa" {
            assert_eq!(signed.algorithm, "rsa-sha2-512");
        }
        assert!(by_openssh(message, &first, &public, NAMESPACE), "{kind:?}");
        assert!(!by_openssh(b"other", &first, &public, NAMESPACE));
        assert!(!by_openssh(message, &first, &public, "file"));
        // The other way round: OpenSSH signs.
        let theirs = crate::bundle::sign_command::sign_with_ssh_keygen(message, &file).expect("signed");
        assert!(
            check(message, theirs.as_bytes(), Some(&keys)).is_ok_and(|signed| signed.known),
            "{kind:?}"
        );
        assert_eq!(
            check(b"other", theirs.as_bytes(), Some(&keys)),
            Err(SignatureFault::Wrong)
        );
    }
}

#[test]
fn encrypted_keys_ask_for_their_passphrase() {
    if !is_installed("ssh-keygen") {
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    let file = made(folder.path(), &["ed25519"], "correct horse");
    let mut asked = Vec::new();
    let signed = sign(b"m", &file, &mut |name| {
        asked.push(name.to_owned());
        Some("correct horse".to_owned())
    });
    assert!(signed.is_ok() && asked == [file.display().to_string()]);
    assert!(matches!(
        sign(b"m", &file, &mut |_| None),
        Err(SignError::NoPassphrase { .. })
    ));
    assert!(matches!(
        sign(b"m", &file, &mut |_| Some("wrong".into())),
        Err(SignError::Passphrase { .. })
    ));
}

#[test]
fn what_is_no_key_is_named() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("key");
    fs::write(
        &file,
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
    )
    .expect("written");
    let said = sign(b"m", &file, &mut |_| None).expect_err("refused").to_string();
    assert!(said.contains("ssh-keygen -p"), "{said}");
    assert!(matches!(
        sign(b"m", &folder.path().join("none"), &mut |_| None),
        Err(SignError::Io { .. })
    ));
    for text in ["", "# nothing\n", "ssh-ed25519 AAAA\n", "hello\n"] {
        assert!(SignerKeys::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn other_purposes_keys_and_spellings_are_refused() {
    let (key, message) = (key(1), b"message");
    let keys = SignerKeys::parse(&public(&key)).expect("key");
    let text = signature(message, &key);
    assert!(check(message, text.as_bytes(), Some(&keys)).is_ok());
    let file = key
        .sign("file", ssh_key::HashAlg::Sha512, message)
        .expect("signed");
    let file = file.to_pem(LineEnding::LF).expect("text");
    assert_eq!(
        check(message, file.as_bytes(), Some(&keys)),
        Err(SignatureFault::Namespace("file".into()))
    );
    let other = SignerKeys::parse(&public(&super::key(2))).expect("key");
    assert!(matches!(
        check(message, text.as_bytes(), Some(&other)),
        Err(SignatureFault::OtherKey { .. })
    ));
    for at in 0..text.len() {
        for bit in [1, 4, 32] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= bit;
            assert!(check(message, &bytes, Some(&keys)).is_err(), "byte {at} {bit}");
        }
    }
    assert!(check(message, format!("{text}\n").as_bytes(), Some(&keys)).is_err());
    assert!(check(message, &text.as_bytes()[..text.len() - 30], Some(&keys)).is_err());
}

/// A signature as a hardware key makes it (PROTOCOL.u2f), made in software.
#[test]
fn signatures_of_hardware_keys_verify() {
    use rsa::signature::Signer;
    use sha2::{Digest, Sha256};
    use ssh_key::public::{KeyData, SkEd25519};
    use ssh_key::{Algorithm, HashAlg, PublicKey, Signature, SshSig};

    let (key, message) = (key(3), b"message");
    let inner = key.public_key().key_data().ed25519().expect("key");
    let hardware = KeyData::SkEd25519(SkEd25519::new(*inner, "ssh:"));
    let public = PublicKey::new(hardware.clone(), "token")
        .to_openssh()
        .expect("public key");
    let keys = SignerKeys::parse(&public).expect("key");
    let data = SshSig::signed_data(NAMESPACE, HashAlg::Sha512, message).expect("data");
    // Touched, for the seventh time.
    let trailer = [&[1u8][..], &7u32.to_be_bytes()].concat();
    let signed = [&Sha256::digest("ssh:")[..], &trailer, &Sha256::digest(&data)[..]].concat();
    let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(&[3; 32]));
    let made: Signature = pair.try_sign(&signed).expect("signed");
    let made = Signature::new(Algorithm::SkEd25519, [made.as_bytes(), &trailer].concat()).expect("signature");
    let text = SshSig::new(hardware, NAMESPACE, HashAlg::Sha512, made).expect("signature");
    let text = text.to_pem(LineEnding::LF).expect("text");
    assert!(check(message, text.as_bytes(), Some(&keys)).is_ok_and(|signed| signed.known));
    assert!(check(b"other", text.as_bytes(), Some(&keys)).is_err());
    if is_installed("ssh-keygen") {
        assert!(by_openssh(message, &text, &public, NAMESPACE));
    }
}
