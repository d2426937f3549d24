//! A desk that reserves names, and people who come to it over HTTP.

use std::{collections::BTreeMap, sync::Arc};

use chassis::{
    Service as _,
    settings::{Effective, Purpose, Settings, Sources},
    testing::{Issuer, TestServer},
};
use mailbox::{Mailbox, clock::Clocks};
use market_registration::{
    MarketRegistration,
    settings::{DEFAULTS, RegistrationSettings},
};
use serde_json::{Value, json};
use testkit::{Database, Kit};
use time::{OffsetDateTime, macros::datetime};

/// When the story of 云杉测试 begins (domain 10.1).
pub const MORNING: OffsetDateTime = datetime!(2025-09-28 08:55 +8);

pub struct NamesDesk {
    pub database: Database,
    pub mailbox: Mailbox,
    api: TestServer,
    client: reqwest::Client,
}

impl NamesDesk {
    pub async fn open(kit: &Kit) -> Self {
        let database = kit.ground().await.database(MarketRegistration::migrator()).await;
        let mailbox = database.mailbox("market-registration", Clocks::manual(MORNING), 7);
        let state = Arc::new(MarketRegistration::build(&settings(), &mailbox).await.unwrap());
        let beside = actix_web::web::Data::from(state);
        let routes = MarketRegistration::routes;
        let api = TestServer::start(
            &Issuer::start().unwrap(),
            routes,
            |_| {},
            move |config| {
                config.app_data(beside.clone());
            },
        );
        Self { database, mailbox, api: api.unwrap(), client: reqwest::Client::new() }
    }

    pub fn it_is(&self, now: OffsetDateTime) {
        self.mailbox.clocks().business.advance_to(now).unwrap();
    }

    pub async fn declare(&self, who: &str, key: &str, name: &Value) -> (u16, Value) {
        let asked = self.client.post(self.api.url("/v1/names")).header("Idempotency-Key", key).json(name);
        self.ask(who, asked).await
    }

    pub async fn post(&self, who: &str, path: &str, body: &Value) -> (u16, Value) {
        self.ask(who, self.client.post(self.api.url(path)).json(body)).await
    }

    pub async fn get(&self, who: &str, path: &str) -> (u16, Value) {
        self.ask(who, self.client.get(self.api.url(path))).await
    }

    pub async fn without_sign_in(&self, path: &str) -> String {
        self.client.get(self.api.url(path)).send().await.unwrap().text().await.unwrap()
    }

    async fn ask(&self, who: &str, asked: reqwest::RequestBuilder) -> (u16, Value) {
        let token = Issuer::token(who, &["applicant"]).unwrap();
        let answer = asked.bearer_auth(token).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

pub fn named(trade_name: &str) -> Value {
    json!({
        "region": "莱州市",
        "trade_name": trade_name,
        "industry": "电子",
        "form": "有限公司",
        "company_type": "limited_company",
    })
}

fn settings() -> Settings<RegistrationSettings> {
    let own = [("MATERIAL_KEY", "test".to_owned()), ("NAME_KEY", contracts::names::private_key(&[7; 32]))];
    let environment: BTreeMap<String, String> =
        own.map(|(key, value)| (format!("WUTONG__MARKET_REGISTRATION__{key}"), value)).into();
    let sources = Sources { defaults: DEFAULTS, file: None, environment };
    Effective::merge(&sources).unwrap().read("market_registration", Purpose::Look).unwrap()
}
