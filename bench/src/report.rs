//! The report: rows with their bars, as JSON for machines, as a table and charts for people.

use crate::{
    Failed,
    measured::{Measured, median},
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{fmt::Write, fs, path::Path};
use test_database::stamp::{Machine, commit, ledger_digest, said};

/// What was measured, and what it is held to.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// Which part of the report it is in.
    pub(crate) section: &'static str,
    /// What and at how many callers.
    pub(crate) name: String,
    /// The figure, the median of all repetitions.
    pub(crate) value: f64,
    /// Of what.
    pub(crate) unit: &'static str,
    /// What it is beside.
    pub(crate) reference: &'static str,
    /// The median of what it was beside the reference, each time beside the reference of the same minute.
    pub(crate) ratio: f64,
    /// What the ratio shall be at least (or, of a latency, at most).
    pub(crate) bar: Option<f64>,
    /// Whether it is.
    pub(crate) pass: Option<bool>,
}

/// On what side of the bar a ratio shall be.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Bar {
    /// The more the better.
    AtLeast(f64),
    /// The less the better.
    AtMost(f64),
    /// Told, and held to nothing.
    None,
}

/// A figure, each time that it was taken.
struct Figure {
    section: &'static str,
    name: String,
    unit: &'static str,
    reference: &'static str,
    bar: Bar,
    /// Itself, and beside its reference.
    seen: Vec<(f64, f64)>,
}

/// What has been measured so far.
#[derive(Default)]
pub(crate) struct Report {
    figures: Vec<Figure>,
    /// Every single figure, in the order in which it was taken.
    log: String,
}

/// Where the figures of one run go.
pub(crate) struct Part<'r> {
    report: &'r mut Report,
    section: &'static str,
    /// What all its names end with.
    with: String,
}

impl Part<'_> {
    /// Notes how many a second.
    pub(crate) fn rate(&mut self, what: &str, value: f64, beside: (&'static str, f64), bar: Bar) {
        self.note(what, (value, "/s"), beside, bar);
    }

    /// Notes how many milliseconds.
    pub(crate) fn took(&mut self, what: &str, value: f64, beside: (&'static str, f64), bar: Bar) {
        self.note(what, (value, "ms"), beside, bar);
    }

    /// Notes how much of the processor this process took.
    pub(crate) fn processor(&mut self, measured: &Measured) {
        let beside = ("1 ms", 1.0);
        self.took(
            "processor time a decision",
            measured.cpu_ms,
            beside,
            Bar::None,
        );
    }

    /// Notes how much of something else, with its unit.
    pub(crate) fn note(
        &mut self,
        what: &str,
        (value, unit): (f64, &'static str),
        (reference, beside): (&'static str, f64),
        bar: Bar,
    ) {
        let (section, name) = (self.section, format!("{what}, {}", self.with));
        let line = format!("{section}: {name}: {value:.3} {unit} beside {reference} {beside:.3}");
        println!("{line}");
        self.report.log += &(line + "\n");
        let seen = (value, value / beside);
        let is_it = |known: &&mut Figure| {
            (known.section, &known.name, known.reference) == (section, &name, reference)
        };
        match self.report.figures.iter_mut().find(is_it) {
            Some(known) => known.seen.push(seen),
            None => self.report.figures.push(Figure {
                section,
                name,
                unit,
                reference,
                bar,
                seen: vec![seen],
            }),
        }
    }
}

impl Figure {
    fn row(&self) -> Row {
        let (values, ratios): (Vec<_>, Vec<_>) = self.seen.iter().copied().unzip();
        let ratio = median(ratios);
        let (bar, pass) = match self.bar {
            Bar::AtLeast(bar) => (Some(bar), Some(ratio >= bar)),
            Bar::AtMost(bar) => (Some(bar), Some(ratio <= bar)),
            Bar::None => (None, None),
        };
        Row {
            section: self.section,
            name: self.name.clone(),
            value: median(values),
            unit: self.unit,
            reference: self.reference,
            ratio,
            bar,
            pass,
        }
    }
}

impl Report {
    /// The part that a run with so many callers is in.
    pub(crate) fn part(&mut self, section: &'static str, callers: usize) -> Part<'_> {
        self.with(section, format!("{callers} callers"))
    }

    /// The part that a run with something else is in: so many connections, so many orders.
    pub(crate) fn with(&mut self, section: &'static str, with: String) -> Part<'_> {
        Part {
            report: self,
            section,
            with,
        }
    }

    /// All rows.
    pub(crate) fn rows(&self) -> Vec<Row> {
        self.figures.iter().map(Figure::row).collect()
    }

    /// On what and of what it is.
    pub(crate) fn stamp(&self, postgres: &str) -> Stamp {
        Stamp {
            commit: commit(),
            ledger_sha256: ledger_digest(),
            machine: Machine::this(),
            versions: format!(
                "{}; PostgreSQL {postgres}; SQLite {}",
                said("rustc", &["--version"]),
                rusqlite::version()
            ),
            command: std::env::args()
                .skip(1)
                .fold("bench".to_owned(), |said, word| said + " " + &word),
            log_digest: hex::encode(Sha256::digest(&self.log)),
        }
    }
}

/// The rows as a table.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut table = "| section | what | value | unit | beside | ratio | bar | |\n|---|---|--:|---|---|--:|--:|---|\n".to_owned();
    for row in rows {
        let bar = row.bar.map(|bar| format!("{bar:.2}")).unwrap_or_default();
        let pass = match row.pass {
            Some(true) => "pass",
            Some(false) => "**fail**",
            None => "",
        };
        let digits = usize::from(row.value < 100.0) * 2;
        // Writing to a string does not fail.
        let _ = writeln!(
            table,
            "| {} | {} | {:.digits$} | {} | {} | {:.2} | {bar} | {pass} |",
            row.section, row.name, row.value, row.unit, row.reference, row.ratio
        );
    }
    table
}

/// A chart of a section: each row's ratio as a bar, and a mark where it has to come to.
pub(crate) fn chart(section: &str, rows: &[Row]) -> String {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.section == section).collect();
    let largest = rows
        .iter()
        .flat_map(|row| [row.ratio, row.bar.unwrap_or_default()])
        .fold(1.0, f64::max);
    let height = 40 + 34 * rows.len();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"920\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <text x=\"8\" y=\"20\" font-size=\"14\">{section}: ratio to the reference of the same minute; the line is the bar</text>\n"
    );
    for (row, place) in rows.iter().zip(0_u32..) {
        let top = 34 + 34 * place;
        let across = |ratio: f64| 520.0 + ratio / largest * 330.0;
        let colour = if row.pass == Some(false) {
            "#c0504d"
        } else {
            "#4f81bd"
        };
        let _ = writeln!(
            svg,
            "<text x=\"8\" y=\"{}\">{}, {} / {}</text><rect x=\"520\" y=\"{top}\" width=\"{:.1}\" height=\"20\" fill=\"{colour}\"/><text x=\"{:.1}\" y=\"{}\">{:.2}</text>",
            top + 14,
            row.name,
            row.unit,
            row.reference,
            across(row.ratio) - 520.0,
            across(row.ratio) + 6.0,
            top + 14,
            row.ratio
        );
        if let Some(bar) = row.bar {
            let x = across(bar);
            let _ = writeln!(
                svg,
                "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{}\" y2=\"{}\" stroke=\"black\" stroke-width=\"2\"/>",
                top - 3,
                top + 23
            );
        }
    }
    svg + "</svg>\n"
}

/// On what and of what a report is.
#[derive(Serialize)]
pub(crate) struct Stamp {
    /// The commit that was measured.
    commit: &'static str,
    /// The digest of the ledger that was measured.
    ledger_sha256: &'static str,
    machine: Machine,
    /// What else took part.
    versions: String,
    /// How it was asked for.
    command: String,
    /// SHA-256 of the log of every single figure.
    log_digest: String,
}

impl Stamp {
    /// For people.
    pub(crate) fn told(&self) -> String {
        format!("{}\n{}\n{}", self.commit, self.machine, self.versions)
    }
}

#[derive(Serialize)]
struct Whole<'r> {
    #[serde(flatten)]
    stamp: &'r Stamp,
    rows: &'r [Row],
}

/// Writes `performance.json` and a chart for each section.
pub(crate) fn write(folder: &Path, stamp: &Stamp, rows: &[Row]) -> Result<(), Failed> {
    let whole = serde_json::to_string_pretty(&Whole { stamp, rows })?;
    fs::write(folder.join("performance.json"), whole + "\n")?;
    let mut sections: Vec<&str> = rows.iter().map(|row| row.section).collect();
    sections.dedup();
    for section in sections {
        fs::write(
            folder.join(format!("performance-{section}.svg")),
            chart(section, rows),
        )?;
    }
    Ok(())
}
