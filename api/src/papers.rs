//! Papers to download (DOC-4): of each table-type material the template to fill in, and the sample that shows how.
//!
//! As pages that any browser shows and prints, without scripts and without anything from elsewhere.

use crate::{problem::Problem, workers::texts::Language};
use axum::{
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    form::{Line, PAPERS, Paper},
    values::Text,
};
use serde::Deserialize;
use std::fmt::Write;

/// What may stand behind the question mark.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// `zh` unless said, or `en`.
    #[serde(default)]
    pub(crate) lang: Language,
}

/// Whether what is asked for is left to be filled in, or shown filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Copy {
    Template,
    Sample,
}

/// The template or the sample of a table-type material. `/v1/materials/kinds` says which kinds have them.
#[utoipa::path(get, path = "/v1/materials/kinds/{kind}/{copy}", tag = "materials",
    params(("kind" = String, Path), ("copy" = String, Path, description = "`template` or `sample`"), Wanted),
    responses((status = 200, content_type = "text/html"), (status = 404, body = crate::problem::ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn download(
    Path((kind, copy)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let copy_asked = match copy.as_str() {
        "template" => Copy::Template,
        "sample" => Copy::Sample,
        _ => return Err(Problem::not_found()),
    };
    let paper = PAPERS.iter().find(|paper| paper.kind.name() == kind);
    let paper = paper.ok_or_else(Problem::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{kind}-{copy}.html\""),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'".to_owned(),
        ),
    ];
    Ok((headers, page(paper, copy_asked, wanted.lang)).into_response())
}

const STYLE: &str = "body{font-family:serif;max-width:42em;margin:2em auto;line-height:1.8}\
h1{text-align:center;font-size:1.5em}\
dl{margin:.6em 0}dt{display:inline}dd{display:inline-block;min-width:16em;margin:0;border-bottom:1px solid}\
.sample{text-align:center;color:#a00}";

/// What the catalogue says holds no mark-up, so that it needs no escaping.
fn page(paper: &Paper, copy: Copy, language: Language) -> String {
    let title = language.of(paper.title);
    let tag = language.of(Text::new("zh-CN", "en"));
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head>\n<body>\n<h1>{title}</h1>\n"
    );
    if copy == Copy::Sample {
        let sample = language.of(Text::new(
            "填写样例，仅供参考，不可直接提交",
            "A sample of how to fill it in; not to be submitted",
        ));
        // Writing to a text cannot fail, here and below.
        let _ = writeln!(page, "<p class=\"sample\">{sample}</p>");
    }
    let colon = language.of(Text::new("：", ": "));
    for line in paper.lines {
        let _ = match line {
            Line::Says(text) => writeln!(page, "<p>{}</p>", language.of(*text)),
            Line::Asks { label, sample } => {
                let label = language.of(*label);
                let filled = match copy {
                    Copy::Template => "&nbsp;",
                    Copy::Sample => language.of(*sample),
                };
                writeln!(page, "<dl><dt>{label}{colon}</dt><dd>{filled}</dd></dl>")
            }
        };
    }
    page.push_str("</body>\n</html>\n");
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    // covers: DOC-4
    #[test]
    fn a_sample_is_filled_in_and_a_template_is_not() {
        for paper in &PAPERS {
            for language in [Language::Zh, Language::En] {
                let template = page(paper, Copy::Template, language);
                let sample = page(paper, Copy::Sample, language);
                for line in paper.lines {
                    match line {
                        Line::Says(text) => {
                            assert!(!text.zh.contains(['<', '&']) && !text.en.contains(['<', '&']));
                            assert!(template.contains(language.of(*text)));
                        }
                        Line::Asks {
                            label,
                            sample: written,
                        } => {
                            for text in [label, written] {
                                assert!(
                                    !text.zh.contains(['<', '&']) && !text.en.contains(['<', '&'])
                                );
                            }
                            let field = format!("<dd>{}</dd>", language.of(*written));
                            assert!(sample.contains(&field) && !template.contains(&field));
                            assert!(template.contains(language.of(*label)));
                        }
                    }
                }
                assert!(
                    sample.contains("class=\"sample\"") && !template.contains("class=\"sample\"")
                );
            }
        }
    }
}
