//! Writing XML 1.0 as a stream, with every text made fit for it.

use std::io::{self, BufWriter, Write};

/// What XML 1.0 cannot hold becomes this.
const REPLACEMENT: char = '\u{fffd}';

/// An XML file under way. Knows nothing of what is open: the formats are small and write their own tags.
pub struct Xml<W: Write> {
    out: BufWriter<W>,
    replaced: u64,
}

impl<W: Write> Xml<W> {
    /// Begins a file in UTF-8.
    pub fn new(out: W) -> io::Result<Xml<W>> {
        let mut xml = Xml {
            out: BufWriter::with_capacity(1 << 16, out),
            replaced: 0,
        };
        xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
        Ok(xml)
    }

    /// Markup of our own.
    pub fn raw(&mut self, markup: &str) -> io::Result<()> {
        self.out.write_all(markup.as_bytes())
    }

    /// Text between tags.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.replaced += escape(text, &mut self.out)?;
        Ok(())
    }

    /// ` name="value"`.
    pub fn attribute(&mut self, name: &str, value: &str) -> io::Result<()> {
        write!(self.out, " {name}=\"")?;
        self.text(value)?;
        self.raw("\"")
    }

    /// ` name="value"` where there is a value.
    pub fn given(&mut self, name: &str, value: &str) -> io::Result<()> {
        match value {
            "" => Ok(()),
            _ => self.attribute(name, value),
        }
    }

    /// `<name>value</name>` where there is a value.
    pub fn leaf(&mut self, name: &str, value: &str) -> io::Result<()> {
        if value.is_empty() {
            return Ok(());
        }
        write!(self.out, "<{name}>")?;
        self.text(value)?;
        writeln!(self.out, "</{name}>")
    }

    /// A remark for people who open the file as text.
    pub fn comment(&mut self, text: &str) -> io::Result<()> {
        let mut safe = Vec::new();
        escape(text, &mut safe)?;
        // Two hyphens end a comment.
        let safe = String::from_utf8_lossy(&safe).replace('-', "\u{2010}");
        writeln!(self.out, "<!-- {safe} -->")
    }

    /// Sends everything on, and tells what was replaced, as a remark and as a sentence.
    pub fn finish(&mut self) -> io::Result<Vec<String>> {
        let notes = replaced_note(self.replaced);
        for note in &notes {
            self.comment(note)?;
        }
        self.out.flush()?;
        Ok(notes)
    }
}

/// The sentence about replaced characters, where there are any.
pub fn replaced_note(replaced: u64) -> Vec<String> {
    match replaced {
        0 => Vec::new(),
        n => vec![format!(
            "{n} characters that XML 1.0 cannot hold (control characters and the like) stand in the file as U+FFFD; the \
             records as received hold them"
        )],
    }
}

/// Writes a text as XML 1.0 can hold it, within an element or an attribute; tells how many characters were replaced.
pub fn escape(text: &str, out: &mut impl Write) -> io::Result<u64> {
    let mut replaced = 0;
    let mut from = 0;
    let mut sign = [0; 4];
    for (at, c) in text.char_indices() {
        let instead: &str = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            // Left as they are, a reader would make spaces or line feeds of them.
            '\t' => "&#9;",
            '\n' => "&#10;",
            '\r' => "&#13;",
            '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => {
                replaced += 1;
                REPLACEMENT.encode_utf8(&mut sign)
            }
            _ => continue,
        };
        out.write_all(&text.as_bytes()[from..at])?;
        out.write_all(instead.as_bytes())?;
        from = at + c.len_utf8();
    }
    out.write_all(&text.as_bytes()[from..])?;
    Ok(replaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_replaced_and_counted() -> io::Result<()> {
        let mut out = Vec::new();
        let replaced = escape("a\0<b>&\"'\u{fffe}\u{1f}\t\u{202e}\u{10ffff}\u{7f}", &mut out)?;
        assert_eq!(replaced, 3);
        assert_eq!(
            String::from_utf8_lossy(&out),
            "a\u{fffd}&lt;b&gt;&amp;&quot;&#39;\u{fffd}\u{fffd}&#9;\u{202e}\u{10ffff}\u{7f}"
        );
        Ok(())
    }

    #[test]
    fn a_comment_never_ends_early() -> io::Result<()> {
        let mut out = Vec::new();
        let mut xml = Xml::new(&mut out)?;
        xml.comment("a --> <b>")?;
        xml.finish()?;
        drop(xml);
        assert!(!String::from_utf8_lossy(&out).contains("a -->"));
        Ok(())
    }
}
