//! Templates and samples of table-type materials.

use crate::service::{Place, Service};
use domain::{context::Role, form::PAPERS};

// covers: DOC-4
#[tokio::test]
async fn every_paper_can_be_downloaded_empty_and_filled_in() {
    let service = Service::start(Place::sqlite()).await;
    let kinds = service
        .get("/v1/materials/kinds", Role::Applicant)
        .await
        .body;
    let kinds = kinds.as_array().unwrap();
    let papers: Vec<_> = kinds
        .iter()
        .filter(|kind| !kind["template"].is_null())
        .collect();
    assert_eq!(papers.len(), PAPERS.len());
    for kind in kinds {
        let name = kind["kind"].as_str().unwrap();
        for copy in ["template", "sample"] {
            let Some(path) = kind[copy].as_str() else {
                let path = format!("/v1/materials/kinds/{name}/{copy}");
                assert_eq!(
                    service.get(&path, Role::Applicant).await.status,
                    404,
                    "{path}"
                );
                continue;
            };
            let mut pages = Vec::new();
            for lang in ["", "?lang=zh", "?lang=en"] {
                let address = format!("{}{path}{lang}", service.address);
                let answer = service.client.get(address).send().await.unwrap();
                assert_eq!(answer.status(), 200, "{path}{lang}");
                let file = answer.headers()["content-disposition"].to_str().unwrap();
                assert_eq!(file, format!("attachment; filename=\"{name}-{copy}.html\""));
                pages.push(answer.text().await.unwrap());
            }
            assert_eq!(pages[0], pages[1], "Chinese unless said");
            assert!(pages[1].contains("lang=\"zh-CN\"") && pages[2].contains("lang=\"en\""));
        }
    }
    for path in [
        "holder_proof/other",
        "nothing/sample",
        "holder_proof/sample?lang=fr",
    ] {
        let path = format!("/v1/materials/kinds/{path}");
        let answer = service.get(&path, Role::Applicant).await;
        assert!(answer.status.is_client_error(), "{path}");
    }
}
