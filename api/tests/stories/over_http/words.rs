//! From what a story says to what goes over the wire, and back.

use axum::body::Body;
use domain::{
    form::{Material, MediaType, SubjectOf},
    order::Request,
    refusal::{Broken, Refusal, RuleId},
    work::Fault,
};
use serde_json::Value;

/// The frame of an upload.
pub(super) const FORM: &str = "multipart/form-data; boundary=story";

/// What a story says of a material as an upload: bytes of that type and length.
pub(super) fn form(material: &Material) -> Vec<u8> {
    let mut words = vec![("kind", material.kind.name().to_owned())];
    if let SubjectOf::Service { service } = &material.subject {
        words.push(("service", service.to_string()));
    }
    if let Some(side) = material.side {
        let side = serde_json::to_value(side).unwrap();
        words.push(("side", side.as_str().unwrap().to_owned()));
    }
    upload(&words, material.media_type, material.bytes)
}

/// A form with these words and a file of that type and length.
pub(super) fn upload(words: &[(&str, String)], media_type: MediaType, length: u64) -> Vec<u8> {
    let mut bytes = match media_type {
        MediaType::Png => b"\x89PNG\r\n\x1a\n".to_vec(),
        MediaType::Jpeg => b"\xff\xd8\xff\xe0".to_vec(),
        MediaType::Pdf => b"%PDF-1.7".to_vec(),
        MediaType::Other => b"GIF89a".to_vec(),
    };
    bytes.resize(usize::try_from(length).unwrap(), 0);
    let mut form = Vec::new();
    let mut field = |name: &str, value: &[u8]| {
        form.extend_from_slice(
            format!("--story\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n")
                .as_bytes(),
        );
        form.extend_from_slice(value);
        form.extend_from_slice(b"\r\n");
    };
    for (name, word) in words {
        field(name, word.as_bytes());
    }
    field("file", &bytes);
    form.extend_from_slice(b"--story--\r\n");
    form
}

pub(super) fn as_json(body: &Value) -> (&'static str, Body) {
    ("application/json", Body::from(body.to_string()))
}

pub(super) fn broken(rule: &Value) -> Broken {
    let text = |name: &str| rule[name].as_str().unwrap_or_default().to_owned();
    Broken {
        rule: RuleId(text("rule").into()),
        pointer: text("pointer"),
        facts: serde_json::from_value(rule["facts"].clone()).unwrap_or_default(),
    }
}

/// The refusal that a problem document tells of, where no command about an order was given.
pub(super) fn broken_rules(problem: &Value) -> Result<Refusal, Fault> {
    if problem["type"] != "urn:beian:problem:rules-broken" {
        return Err(format!("no refusal of the desk: {problem}").into());
    }
    let rules = problem["rules"].as_array().into_iter().flatten();
    Ok(Refusal::Rules {
        broken: rules.map(broken).collect(),
    })
}

/// The refusal that a problem document tells of.
pub(super) fn refusal(problem: &Value, request: &Request) -> Result<Refusal, Fault> {
    let rules = problem["rules"].as_array().into_iter().flatten();
    let mut broken: Vec<_> = rules.map(broken).collect();
    match (problem["type"].as_str(), broken.pop()) {
        (Some("urn:beian:problem:rules-broken"), Some(last)) => {
            broken.push(last);
            Ok(Refusal::Rules { broken })
        }
        (Some("urn:beian:problem:not-now"), Some(closed)) => Ok(Refusal::NotNow {
            rule: closed.rule,
            command: request.by(),
            stage: serde_json::from_value(problem["stage"]["name"].clone())?,
            allowed: Vec::new(),
        }),
        (Some("urn:beian:problem:not-yours"), Some(closed)) => Ok(Refusal::NotYours {
            rule: closed.rule,
            command: request.by(),
            reserved_for: Vec::new(),
        }),
        _ => Err(format!("no refusal of the desk: {problem}").into()),
    }
}
