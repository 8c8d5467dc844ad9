//! Text for a terminal: wrapped by the width that characters take (a Chinese one takes two), coloured where somebody
//! looks, plain in a pipe or under `NO_COLOR`.

use crate::failure::Failure;
use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use domain::told::{Told, Tongue};
use serde::Serialize;
use std::io::{IsTerminal, Stdout, Write};
use textwrap::{Options, WordSplitter};
use unicode_width::UnicodeWidthStr;

/// For titles.
pub(crate) const STRONG: Style = Style::new().bold();
/// For what is beside the point.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// For what was refused or is damaged.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// For what is well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// For rules.
pub(crate) const LAW: Style = AnsiColor::Yellow.on_default();
/// For moves.
pub(crate) const MOVE: Style = AnsiColor::Cyan.on_default();
/// For everything else.
pub(crate) const PLAIN: Style = Style::new();

/// A line longer than this is hard to follow, however wide the terminal is.
const WIDEST: usize = 120;
const NARROWEST: usize = 40;

/// Where answers go.
pub(crate) struct Desk {
    pub(crate) tongue: Tongue,
    pub(crate) json: bool,
    width: usize,
    /// Takes the colours out where nobody would see them.
    out: AutoStream<Stdout>,
}

impl Desk {
    pub(crate) fn new(tongue: Tongue, json: bool) -> Self {
        let terminal = std::io::stdout()
            .is_terminal()
            .then(terminal_size::terminal_size)
            .flatten()
            .map(|(width, _)| usize::from(width.0));
        let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
        let width = terminal.or_else(columns).unwrap_or(80);
        Self {
            tongue,
            json,
            width: width.clamp(NARROWEST, WIDEST),
            out: anstream::stdout(),
        }
    }

    /// An empty page.
    pub(crate) fn page(&self) -> Page {
        Page {
            tongue: self.tongue,
            width: self.width,
            text: String::new(),
        }
    }

    /// Prints a page.
    pub(crate) fn print(&mut self, page: &Page) -> Result<(), Failure> {
        self.write(page.text.as_bytes())
    }

    /// Prints an object on a line of its own.
    pub(crate) fn print_json(&mut self, object: &impl Serialize) -> Result<(), Failure> {
        let mut line = serde_json::to_vec(object)
            .map_err(|error| Failure::Output(std::io::Error::other(error)))?;
        line.push(b'\n');
        self.write(&line)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.out
            .write_all(bytes)
            .and_then(|()| self.out.flush())
            .map_err(Failure::Output)
    }
}

/// Text in the making.
pub(crate) struct Page {
    pub(crate) tongue: Tongue,
    width: usize,
    pub(crate) text: String,
}

impl Page {
    /// A phrase in the page's language.
    pub(crate) fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.tongue {
            Tongue::Zh => zh,
            Tongue::En => en,
        }
    }

    /// An empty line.
    pub(crate) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// A heading.
    pub(crate) fn head(&mut self, zh: &str, en: &str) {
        let text = self.say(zh, en).to_owned();
        self.put(0, "", STRONG, &text, STRONG);
    }

    /// What was told, in the page's language.
    pub(crate) fn told(&mut self, indent: usize, mark: &str, told: &Told, style: Style) {
        let text = told.say(self.tongue).to_owned();
        self.put(indent, mark, style, &text, PLAIN);
    }

    /// A text after a mark, wrapped; further lines stand under the text.
    pub(crate) fn put(
        &mut self,
        indent: usize,
        mark: &str,
        mark_style: Style,
        text: &str,
        style: Style,
    ) {
        let hang = indent + mark.width();
        let options = Options::new(self.width.saturating_sub(hang).max(16))
            .word_splitter(WordSplitter::NoHyphenation);
        for (number, line) in textwrap::wrap(text, options).iter().enumerate() {
            if number == 0 {
                self.text.push_str(&" ".repeat(indent));
                self.paint(mark, mark_style);
            } else {
                self.text.push_str(&" ".repeat(hang));
            }
            self.paint(line, style);
            self.text.push('\n');
        }
    }

    /// A label and its value; labels are as wide as `label_width`.
    pub(crate) fn field(&mut self, label: &str, label_width: usize, value: &str) {
        let pad = " ".repeat(label_width.saturating_sub(label.width()) + 2);
        self.put(2, &format!("{label}{pad}"), FAINT, value, PLAIN);
    }

    fn paint(&mut self, text: &str, style: Style) {
        if style == PLAIN || text.is_empty() {
            self.text.push_str(text);
        } else {
            let (begin, end) = (style.render().to_string(), style.render_reset().to_string());
            self.text.extend([begin.as_str(), text, end.as_str()]);
        }
    }
}
