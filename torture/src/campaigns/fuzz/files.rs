//! Files and forms: what is imported, and what comes in parts.
//!
//! The first byte says what the rest is. Of a workbook only one of its parts is another: hardly any bytes unpack to anything.

use api::doors;
use std::{
    cell::Cell,
    io::{Cursor, Read, Write},
    sync::LazyLock,
};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

const HEADINGS: &str = "域名,运行平台,APP包名,公钥,MD5签名值\n";
/// What a form of the template's words and a file looks like.
const FORM: &str = "--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nprincipal_document\r\n--b\r\n\
    Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\u{89}PNG\r\n\r\n--b--\r\n";
/// The kinds of input.
const KINDS: u8 = 8;

/// The parts of a workbook as the template has it, by their names.
static PARTS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let unpacked = unpack(&doors::workbook());
    unpacked.unwrap_or_else(|why| panic!("the template is no workbook: {why}"))
});

thread_local! {
    static MAY_STUMBLE: Cell<bool> = const { Cell::new(false) };
}

/// Reads a file or a form.
///
/// # Panics
/// Something does that must not. The reader of workbooks is somebody else's and may: the office takes a file that it stumbles over for
/// damaged.
pub fn read(bytes: &[u8]) {
    let [which, rest @ ..] = bytes else { return };
    match which % KINDS {
        0 => file(rest),
        1 => file(&[HEADINGS.as_bytes(), rest].concat()),
        2 => doors::upload(b"multipart/form-data; boundary=b", rest),
        3 => doors::import_form(b"multipart/form-data; boundary=b", rest),
        4 => {
            let end = rest.iter().position(|byte| *byte == b'\n');
            let (content_type, body) = rest.split_at(end.unwrap_or(rest.len()));
            doors::upload(&[b"multipart/form-data; ", content_type].concat(), body);
        }
        // As a caller's picture comes: only its first bytes are looked at.
        5 => doors::upload(b"multipart/form-data; boundary=b", &picture(rest)),
        _ => {
            if let [part, rest @ ..] = rest {
                file(&workbook(usize::from(*part), rest).unwrap_or_default());
            }
        }
    }
}

fn file(bytes: &[u8]) {
    if !bytes.starts_with(b"PK") {
        doors::import(bytes);
        return;
    }
    MAY_STUMBLE.set(true);
    drop(std::panic::catch_unwind(|| doors::import(bytes)));
    MAY_STUMBLE.set(false);
}

/// Whether what panics now is the reader of workbooks: no finding.
pub fn may_stumble() -> bool {
    MAY_STUMBLE.get()
}

fn picture(bytes: &[u8]) -> Vec<u8> {
    let (head, tail) = FORM.split_once("\u{89}PNG").unwrap_or_default();
    [head.as_bytes(), bytes, tail.as_bytes()].concat()
}

fn unpack(book: &[u8]) -> Result<Vec<(String, Vec<u8>)>, zip::result::ZipError> {
    let mut packed = ZipArchive::new(Cursor::new(book))?;
    let mut parts = Vec::new();
    for at in 0..packed.len() {
        let mut part = packed.by_index(at)?;
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes)?;
        parts.push((part.name()?.into_owned(), bytes));
    }
    Ok(parts)
}

/// The template with another part.
fn workbook(which: usize, with: &[u8]) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut book = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (at, (name, bytes)) in PARTS.iter().enumerate() {
        book.start_file(name, options)?;
        book.write_all(if at == which % PARTS.len() {
            with
        } else {
            bytes
        })?;
    }
    Ok(book.finish()?.into_inner())
}

/// One of each kind, and each part of a workbook.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let rows = "a.example.com,鸿蒙,cn.example.app,0123,0123456789abcdef0123456789abcdef\n\n\"b\n.example.com\",iOS,,,\n";
    let whole = [HEADINGS, rows].concat();
    let utf_16: Vec<u8> = whole.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let in_gbk = b"\xd3\xf2\xc3\xfb,a\n";
    let form = FORM.as_bytes();
    let import = FORM.replace("\u{89}PNG", &whole).into_bytes();
    let mut seeds = vec![
        [&[0], whole.as_bytes()].concat(),
        [&[0, 0xff, 0xfe][..], &utf_16].concat(),
        [&[0][..], in_gbk].concat(),
        [&[0][..], &doors::workbook()].concat(),
        [&[1], rows.as_bytes()].concat(),
        [&[2], form].concat(),
        [&[3], &import[..]].concat(),
        [&[4][..], b"boundary=b\n", form].concat(),
        [&[5][..], b"\x89PNG\r\n\x1a\n"].concat(),
        [&[5][..], b"%PDF-1.7"].concat(),
    ];
    for (at, (_, part)) in (0..).zip(&*PARTS) {
        seeds.push([&[6, at], &part[..]].concat());
    }
    seeds
}
