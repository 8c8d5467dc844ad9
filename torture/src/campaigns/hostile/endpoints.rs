//! Every address and method, as the office describes them itself.

use super::{
    line::{Heard, Line, Then},
    words::Corpus,
};
use crate::Failed;
use serde_json::Value;
use std::net::SocketAddr;

/// What is not described: pages, probes, and what nobody knows.
const BESIDE: [&str; 8] = [
    "/openapi.json",
    "/docs",
    "/docs/scalar.js",
    "/livez",
    "/readyz",
    "/metrics",
    "/v1/nothing",
    "/",
];

/// What a request brings along.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Brings {
    Nothing,
    /// A document; this is one.
    Document(Value),
    Form,
}

/// An address and a method.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) method: String,
    /// With the names of its parameters: `/v1/orders/{order}`.
    pub(super) path: String,
    /// The names of what stands behind the question mark.
    pub(super) query: Vec<String>,
    pub(super) brings: Brings,
}

/// Reads the office's own description.
pub(super) async fn all(at: SocketAddr) -> Result<Vec<Endpoint>, Failed> {
    let described = get(at, "/openapi.json").await?;
    let described: Value = serde_json::from_slice(&described)?;
    let mut endpoints = read(&described)?;
    endpoints.extend(BESIDE.map(|path| Endpoint {
        method: "GET".to_owned(),
        path: path.to_owned(),
        query: Vec::new(),
        brings: Brings::Nothing,
    }));
    Ok(endpoints)
}

fn read(described: &Value) -> Result<Vec<Endpoint>, Failed> {
    let paths = described["paths"]
        .as_object()
        .ok_or("the description has paths")?;
    let mut endpoints = Vec::new();
    for (path, methods) in paths {
        for (method, described) in methods.as_object().into_iter().flatten() {
            let named = described["parameters"].as_array().into_iter().flatten();
            let query = named.filter(|parameter| parameter["in"] == "query");
            let content = &described["requestBody"]["content"];
            let document = &content["application/json"];
            endpoints.push(Endpoint {
                method: method.to_uppercase(),
                path: path.clone(),
                query: query
                    .filter_map(|parameter| parameter["name"].as_str())
                    .map(str::to_owned)
                    .collect(),
                brings: if document.is_object() {
                    Brings::Document(document["example"].clone())
                } else if content.is_object() {
                    Brings::Form
                } else {
                    Brings::Nothing
                },
            });
        }
    }
    if endpoints.is_empty() {
        return Err("the office describes no address".into());
    }
    Ok(endpoints)
}

/// What is sent to be damaged: what is asked in the stories, and the templates of files.
pub(super) async fn corpus(at: SocketAddr) -> Result<Corpus, Failed> {
    let mut files = Vec::new();
    for format in ["csv", "xlsx"] {
        files.push(get(at, &format!("/v1/imports/template/{format}")).await?);
    }
    Corpus::read(files).await
}

async fn get(at: SocketAddr, path: &str) -> Result<Vec<u8>, Failed> {
    let question = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let how = (Then::Listen, false);
    match Line::default().say(at, question.as_bytes(), how).await? {
        Heard::Reply(reply) if reply.status == 200 => Ok(reply.body),
        other => Err(format!("{path}: {other:?}").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_description_says_what_is_sent() {
        let described = json!({"paths": {"/v1/a/{a}": {
            "get": {"parameters": [{"name": "a", "in": "path"}, {"name": "after", "in": "query"}]},
            "post": {"requestBody": {"content": {"application/json": {"example": {"b": 1}}}}},
            "put": {"requestBody": {"content": {"multipart/form-data": {}}}},
        }}});
        let read = read(&described).unwrap();
        let told: Vec<_> = read
            .iter()
            .map(|at| (at.method.as_str(), at.query.len(), at.brings.clone()))
            .collect();
        let expected = [
            ("GET", 1, Brings::Nothing),
            ("POST", 0, Brings::Document(json!({"b": 1}))),
            ("PUT", 0, Brings::Form),
        ];
        assert_eq!(told, expected);
        assert!(super::read(&json!({"paths": {}})).is_err());
    }
}
