//! Signing with `ssh-keygen`, for keys that no program reads: in hardware, or in an agent.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::NAMESPACE;
use super::sign::SignError;

/// Calls `ssh-keygen -Y sign`; it speaks with the person at the terminal by itself.
pub(super) fn sign_with_ssh_keygen(message: &[u8], key_file: &Path) -> Result<String, SignError> {
    let path = key_file.display().to_string();
    let fault = |reason: String| SignError::Command {
        path: path.clone(),
        reason,
    };
    let mut child = Command::new("ssh-keygen")
        .args(["-Y", "sign", "-q", "-n", NAMESPACE, "-f"])
        .arg(key_file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| {
            fault(format!(
                "ssh-keygen does not start ({e}); install OpenSSH 8.2 or newer"
            ))
        })?;
    if let Some(mut stdin) = child.stdin.take() {
        // Where it ends early, its own message says more than the broken pipe.
        let _ = stdin.write_all(message);
    }
    let output = child.wait_with_output().map_err(|e| fault(e.to_string()))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        return Err(fault(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    match super::signature::check(message, text.as_bytes(), None) {
        Ok(_) => Ok(text),
        Err(wrong) => Err(fault(wrong.to_string())),
    }
}
