//! The report: rows with their bars, as JSON for machines, as a table and charts for people.

use crate::{Failed, measured::median};
use serde::Serialize;
use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

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
    pub(crate) reference: String,
    /// The median of what it was beside the reference, each time beside the reference of the same minute.
    pub(crate) ratio: f64,
    /// What the ratio shall be at least (or, of a latency, at most).
    pub(crate) bar: Option<f64>,
    /// Whether it is.
    pub(crate) pass: Option<bool>,
}

/// On what side of the bar a ratio shall be.
#[derive(Clone, Copy)]
pub(crate) enum Bar {
    /// The more the better.
    AtLeast(f64),
    /// The less the better.
    AtMost(f64),
    /// Told, and held to nothing.
    None,
}

/// Which figure of which part.
type Key = (&'static str, String, &'static str, String);

/// What has been measured so far.
#[derive(Default)]
pub(crate) struct Report {
    order: Vec<Key>,
    seen: BTreeMap<Key, Vec<(f64, f64)>>,
    bars: BTreeMap<Key, Bar>,
    log: String,
}

impl Report {
    /// Notes a figure beside its reference.
    pub(crate) fn note(
        &mut self,
        section: &'static str,
        (name, unit): (String, &'static str),
        value: f64,
        (reference, beside): (&str, f64),
        bar: Bar,
    ) {
        let key = (section, name, unit, reference.to_owned());
        if !self.seen.contains_key(&key) {
            self.order.push(key.clone());
        }
        let (_, name, ..) = &key;
        let line = format!("{section}: {name}: {value:.3} {unit} beside {reference} {beside:.3}");
        println!("{line}");
        self.log += &line;
        self.log.push('\n');
        self.seen
            .entry(key.clone())
            .or_default()
            .push((value, value / beside));
        self.bars.insert(key, bar);
    }

    /// All rows.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let row = |key: &Key| {
            let (section, name, unit, reference) = key.clone();
            let seen = self.seen.get(key).cloned().unwrap_or_default();
            let (values, ratios): (Vec<_>, Vec<_>) = seen.into_iter().unzip();
            let ratio = median(ratios);
            let (bar, pass) = match self.bars.get(key) {
                Some(Bar::AtLeast(bar)) => (Some(*bar), Some(ratio >= *bar)),
                Some(Bar::AtMost(bar)) => (Some(*bar), Some(ratio <= *bar)),
                Some(Bar::None) | None => (None, None),
            };
            let value = median(values);
            Row {
                section,
                name,
                value,
                unit,
                reference,
                ratio,
                bar,
                pass,
            }
        };
        self.order.iter().map(row).collect()
    }

    /// Every single figure, in the order in which it was taken.
    pub(crate) fn log(&self) -> &str {
        &self.log
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
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <text x=\"8\" y=\"20\" font-size=\"14\">{section}: ratio to the reference of the same minute; the line is the bar</text>\n"
    );
    for (row, place) in rows.iter().zip(0_u32..) {
        let top = 34 + 34 * place;
        let across = |ratio: f64| 360.0 + ratio / largest * 330.0;
        let colour = if row.pass == Some(false) {
            "#c0504d"
        } else {
            "#4f81bd"
        };
        let _ = writeln!(
            svg,
            "<text x=\"8\" y=\"{}\">{}, {} / {}</text><rect x=\"360\" y=\"{top}\" width=\"{:.1}\" height=\"20\" fill=\"{colour}\"/><text x=\"{:.1}\" y=\"{}\">{:.2}</text>",
            top + 14,
            row.name,
            row.unit,
            row.reference,
            across(row.ratio) - 360.0,
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

/// Where and of what a report is.
#[derive(Serialize)]
pub(crate) struct Stamp {
    /// The commit that was measured; with `+` if there was more than that.
    pub(crate) commit: String,
    /// Cores, memory, kernel.
    pub(crate) machine: String,
    /// What else took part.
    pub(crate) versions: String,
    /// How it was asked for.
    pub(crate) command: String,
    /// SHA-256 of the log of every single figure.
    pub(crate) log_digest: String,
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
