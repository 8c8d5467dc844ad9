//! Import of an App's domains and platforms from a file: all rows or none, every bad cell by its place in the file.

use crate::service::{Answer, PNG, Service, send};
use domain::{context::Role, order::Order};
use encoding_rs::GB18030;
use fixtures::{forms::fill, scenario::Scenario};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use serde_json::{Value, json};
use std::{
    io::{Cursor, Write},
    path::Path,
};
use zip::{ZipWriter, write::SimpleFileOptions};

on_both_stores!(
    a_filled_template_is_imported_whole,
    one_bad_row_imports_nothing_and_is_named,
    what_is_no_text_is_not_taken_for_one,
    a_file_that_comes_again_is_imported_once,
    files_that_are_none_change_nothing,
    no_file_unpacks_to_more_than_an_import,
    others_import_nothing,
    the_template_is_offered_in_both_languages,
);

const KEY: &str = "30820122300d06092a864886f70d01010105000382010f003082010a0282";
const MD5: &str = "0123456789abcdef0123456789abcdef";

/// An order with an App that was entered.
async fn with_an_app(service: &Service) -> String {
    let file = "../fixtures/scenarios/openings/app-ready.md";
    let story = Scenario::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let context = service.office.context(api::office::Office::operator());
    let mut path = format!("/v1/accounts/{}/orders", service.account);
    let mut order = String::new();
    for placed in &story.steps[..4] {
        let say = fill(placed.step.what.clone(), &Order::default(), &context).unwrap();
        let answer = service.post(&path, Role::Applicant, &say).await;
        assert!(answer.status.is_success(), "{}", answer.body);
        answer.body["order"]
            .as_str()
            .unwrap()
            .clone_into(&mut order);
        path = format!("/v1/orders/{order}/commands");
    }
    order
}

async fn domains(service: &Service, order: &str) -> Value {
    let state = service.office.ledger.load::<Order>(order).await.unwrap();
    let state = serde_json::to_value(&*state.state).unwrap();
    state["services"]["app-1"]["form"]["domains"].clone()
}

/// A CSV file with these rows under the headings of the template.
fn csv(rows: &[[&str; 5]]) -> Vec<u8> {
    let mut text = "域名,运行平台,APP包名,公钥,MD5签名值\r\n".to_owned();
    for row in rows {
        text += &row.join(",");
        text += "\r\n";
    }
    text.into_bytes()
}

/// A workbook with the headings of the template, and what is written below.
fn workbook(write: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in (0..).zip(["域名", "运行平台", "APP包名", "公钥", "MD5签名值"])
    {
        sheet.write_string(0, column, heading).unwrap();
    }
    write(sheet);
    book.save_to_buffer().unwrap()
}

fn write_row(sheet: &mut Worksheet, row: u32, cells: [&str; 5]) {
    for (column, cell) in (0..).zip(cells) {
        sheet.write_string(row, column, cell).unwrap();
    }
}

fn form(file: &[u8]) -> Form {
    let file = Part::bytes(file.to_vec()).file_name("a name");
    Form::new().text("service", "app-1").part("file", file)
}

async fn import(service: &Service, order: &str, file: &[u8]) -> Answer {
    let path = format!("/v1/orders/{order}/imports");
    let request = service.request(Method::POST, &path, Role::Applicant);
    send(request.multipart(form(file))).await
}

fn good(domain: &str) -> [&str; 5] {
    [domain, "安卓", "com.example.assistant", KEY, MD5]
}

// covers: APP-12
async fn a_filled_template_is_imported_whole(service: Service) {
    let order = with_an_app(&service).await;
    let table = csv(&[good("m.example.com"), good("n.example.com")]);
    let dry = format!("/v1/orders/{order}/imports?dry_run=true");
    let head = service.position().await;
    let tried = service.request(Method::POST, &dry, Role::Applicant);
    let tried = send(tried.multipart(form(&table))).await;
    assert_eq!(
        (tried.status.as_u16(), &tried.body["events"]),
        (200, &json!(["ServiceEntered"]))
    );
    assert_eq!(service.position().await, head);

    let imported = import(&service, &order, &table).await;
    assert_eq!(imported.status, 200, "{}", imported.body);
    let known = ["api.example.com", "m.example.com", "n.example.com"];
    assert_eq!(domains(&service, &order).await, json!(known));
    // As it is saved where the system speaks GBK, and as a workbook.
    let gbk = csv(&[good("g.example.com")]);
    let gbk = GB18030
        .encode(std::str::from_utf8(&gbk).unwrap())
        .0
        .into_owned();
    let book = workbook(|sheet| write_row(sheet, 5, good("x.example.com")));
    for file in [&gbk, &book] {
        let imported = import(&service, &order, file).await;
        assert_eq!(imported.status, 200, "{}", imported.body);
    }
    let known = [&known[..], &["g.example.com", "x.example.com"]].concat();
    assert_eq!(domains(&service, &order).await, json!(known));
}

// covers: APP-12, APP-13
async fn one_bad_row_imports_nothing_and_is_named(service: Service) {
    let order = with_an_app(&service).await;
    let blank = [""; 5];
    let bad = [
        "n.example.com",
        "豌豆荚",
        "com.example.assistant",
        KEY,
        "0123",
    ];
    let book = workbook(|sheet| {
        write_row(sheet, 1, good("m.example.com"));
        write_row(sheet, 3, bad);
    });
    for file in [csv(&[good("m.example.com"), blank, bad]), book] {
        let head = service.position().await;
        let refused = import(&service, &order, &file).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        let found = refused.body["rules"].as_array().unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|broken| {
                let facts = &broken["facts"];
                (
                    &broken["rule"],
                    &facts["row"],
                    &facts["column"],
                    &facts["column_zh"],
                )
            })
            .collect();
        let (rule, row) = (&json!("APP-12"), &json!(4));
        assert_eq!(
            found,
            [
                (rule, row, &json!("operating platform"), &json!("运行平台")),
                (rule, row, &json!("MD5 signature"), &json!("MD5签名值")),
            ]
        );
        for broken in refused.body["rules"].as_array().unwrap() {
            for word in ["en", "zh"] {
                assert_ne!(broken["facts"][word], "", "{broken}");
                assert_ne!(broken[word], "", "{broken}");
            }
        }
        assert_eq!(
            service.position().await,
            head + 1,
            "the refusal is on record"
        );
    }
    let many: Vec<_> = (0..21)
        .map(|number| format!("h{number}.example.com"))
        .collect();
    let many: Vec<_> = many.iter().map(|domain| good(domain)).collect();
    let refused = import(&service, &order, &csv(&many)).await;
    let broken = &refused.body["rules"][0];
    assert_eq!(
        (
            refused.status.as_u16(),
            &broken["rule"],
            &broken["facts"]["max"]
        ),
        (422, &json!("APP-13"), &json!(20))
    );
    assert_eq!(domains(&service, &order).await, json!(["api.example.com"]));
    let full = import(&service, &order, &csv(&many[..20])).await;
    assert_eq!(full.status, 200, "{}", full.body);
}

// covers: APP-12
async fn what_is_no_text_is_not_taken_for_one(service: Service) {
    let order = with_an_app(&service).await;
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let book = workbook(|sheet| {
        write_row(sheet, 1, good("m.example.com"));
        // What a spreadsheet makes of a signature of digits alone, and what it shows of formulas.
        sheet.write_number(1, 4, 1.25e31).unwrap();
        let shown = Formula::new("=\"a.\"&\"example.com\"").set_result("a.example.com");
        sheet.write_formula(1, 0, shown).unwrap();
        write_row(sheet, 2, good("n.example.com"));
        sheet.write_boolean(2, 1, true).unwrap();
        let day = ExcelDateTime::from_ymd(2024, 6, 3).unwrap();
        sheet.write_datetime_with_format(2, 2, day, &date).unwrap();
    });
    let said = |refused: Answer| -> Vec<Value> {
        assert_eq!(refused.status, 422, "{}", refused.body);
        let rules = refused.body["rules"].as_array().unwrap();
        rules
            .iter()
            .map(|broken| json!([broken["pointer"], broken["facts"]["en"]]))
            .collect()
    };
    let cells = said(import(&service, &order, &book).await);
    let expected = [
        ("/rows/0/domain", "a formula"),
        ("/rows/0/md5_signature", "a number"),
        ("/rows/1/platform", "a truth value"),
        ("/rows/1/package_name", "a date"),
    ];
    assert_eq!(cells.len(), expected.len(), "{cells:?}");
    for (cell, (pointer, en)) in cells.iter().zip(expected) {
        assert_eq!(cell[0], pointer);
        assert!(cell[1].as_str().unwrap().contains(en), "{cell}");
    }
    let plain = csv(&[good("=HYPERLINK(0)")]);
    let cells = said(import(&service, &order, &plain).await);
    assert!(
        cells[0][1].as_str().unwrap().contains("a formula"),
        "{cells:?}"
    );
    assert_eq!(domains(&service, &order).await, json!(["api.example.com"]));
}

async fn a_file_that_comes_again_is_imported_once(service: Service) {
    let order = with_an_app(&service).await;
    let path = format!("/v1/orders/{order}/imports");
    let keyed = |file: &[u8]| {
        let request = service.request(Method::POST, &path, Role::Applicant);
        send(
            request
                .header("idempotency-key", "k-1")
                .multipart(form(file)),
        )
    };
    let first = keyed(&csv(&[good("m.example.com")])).await;
    let head = service.position().await;
    // A workbook that says the same says nothing else.
    let same = workbook(|sheet| write_row(sheet, 1, good("m.example.com")));
    for file in [csv(&[good("m.example.com")]), same] {
        let again = keyed(&file).await;
        assert_eq!(
            (again.status, again.replayed, &again.body),
            (first.status, true, &first.body)
        );
    }
    let other = keyed(&csv(&[good("n.example.com")])).await;
    assert_eq!(other.body["type"], "urn:beian:problem:key-reused");
    let stale = service.request(Method::POST, &path, Role::Applicant);
    let stale = stale
        .header("if-match", "\"1\"")
        .multipart(form(&csv(&[good("n.example.com")])));
    assert_eq!(send(stale).await.status, 412);
    assert_eq!(service.position().await, head);
}

async fn files_that_are_none_change_nothing(service: Service) {
    let order = with_an_app(&service).await;
    let head = service.position().await;
    let whole = workbook(|sheet| write_row(sheet, 1, good("m.example.com")));
    let corner = workbook(|sheet| {
        sheet.write_string(1_048_575, 16_383, "x").unwrap();
    });
    let long = csv(&vec![good("m.example.com"); 1001]);
    let rows: [(&[u8], u16, &str); 9] = [
        (PNG, 415, "not-a-table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 415, "not-a-table"),
        (b"", 400, "bad-request"),
        (&whole[..whole.len() / 2], 422, "not-the-template"),
        (b"PK\x03\x04", 422, "not-the-template"),
        ("网站,域名\r\n".as_bytes(), 422, "not-the-template"),
        ("域名\r\n".as_bytes(), 422, "not-the-template"),
        (&corner, 422, "not-the-template"),
        (&long, 413, "too-large"),
    ];
    for (file, status, kind) in rows {
        let answer = import(&service, &order, file).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(answer.body["type"], format!("urn:beian:problem:{kind}"));
        for word in ["detail", "detail_zh"] {
            assert_ne!(answer.body[word], "", "{kind}");
        }
    }
    let path = format!("/v1/orders/{order}/imports");
    let json = service
        .post(&path, Role::Applicant, &json!({"rows": []}))
        .await;
    assert_eq!(json.status, 415);
    let unnamed = Form::new().part("file", Part::bytes(whole));
    let unnamed = service
        .request(Method::POST, &path, Role::Applicant)
        .multipart(unnamed);
    assert_eq!(
        send(unnamed).await.body["mistakes"][0]["pointer"],
        "/service"
    );
    assert_eq!(service.position().await, head);
}

async fn no_file_unpacks_to_more_than_an_import(service: Service) {
    let order = with_an_app(&service).await;
    let head = service.position().await;
    let large = vec![b'a'; 256 * 1024 + 1];
    // Nine megabytes of the same letter, packed into nine kilobytes.
    let mut bomb = ZipWriter::new(Cursor::new(Vec::new()));
    bomb.start_file("xl/sharedStrings.xml", SimpleFileOptions::default())
        .unwrap();
    bomb.write_all(&vec![b'a'; 9 * 1024 * 1024]).unwrap();
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 16 * 1024);
    // The same bomb, whose directory says that it is small: it is not what it says.
    let said = u32::to_le_bytes(9 * 1024 * 1024);
    let mut liar = bomb.clone();
    let places: Vec<_> = (0..liar.len() - 4)
        .filter(|at| liar[*at..*at + 4] == said)
        .collect();
    assert!(!places.is_empty());
    for at in places {
        liar[at..at + 4].copy_from_slice(&u32::to_le_bytes(9));
    }
    // One text of a thousand letters in every cell.
    let page = "x".repeat(1000);
    let echo = workbook(|sheet| {
        for row in 1..300 {
            sheet.write_string(row, 0, &page).unwrap();
        }
    });
    for (file, status) in [(large, 413), (bomb, 413), (liar, 422), (echo, 413)] {
        let answer = import(&service, &order, &file).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    assert_eq!(service.position().await, head);
}

async fn others_import_nothing(service: Service) {
    let order = with_an_app(&service).await;
    let file = csv(&[good("m.example.com")]);
    let path = format!("/v1/orders/{order}/imports");
    for role in [Role::Reviewer, Role::Support, Role::Bureau, Role::Operator] {
        let request = service.request(Method::POST, &path, role);
        let answer = send(request.multipart(form(&file))).await;
        assert_eq!(answer.status, 403, "{role:?}: {}", answer.body);
    }
    let nowhere = service.request(
        Method::POST,
        "/v1/orders/019363b0-8c00-7000-8000-00000000000f/imports",
        Role::Applicant,
    );
    assert_eq!(send(nowhere.multipart(form(&file))).await.status, 404);
    assert_eq!(domains(&service, &order).await, json!(["api.example.com"]));
}

// covers: APP-12
async fn the_template_is_offered_in_both_languages(service: Service) {
    let order = with_an_app(&service).await;
    let fetch = async |path: &str| {
        let address = format!("{}/v1/imports/template/{path}", service.address);
        let answer = service.client.get(address).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let name = answer.headers()["content-disposition"].to_str().unwrap();
        assert!(
            name.starts_with("attachment; filename=\"app-import-template."),
            "{name}"
        );
        answer.bytes().await.unwrap()
    };
    for path in ["csv", "csv?lang=en", "xlsx", "xlsx?lang=en"] {
        let template = fetch(path).await;
        let empty = import(&service, &order, &template).await;
        // It is read, and nobody filled it in.
        assert_eq!(empty.status, 422, "{path}: {}", empty.body);
        let broken = &empty.body["rules"][0];
        assert_eq!(
            (&broken["rule"], &broken["pointer"]),
            (&json!("APP-12"), &json!("/rows"))
        );
        assert_eq!(fetch(path).await, template, "the same at any time");
    }
    let table = fetch("csv").await;
    let filled = [&table[..], good("m.example.com").join(",").as_bytes()].concat();
    assert_eq!(import(&service, &order, &filled).await.status, 200);
    let other = service
        .get("/v1/imports/template/ods", Role::Applicant)
        .await;
    assert_eq!(other.status, 404);
}
