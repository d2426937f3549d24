//! `local token`: a bearer token on standard output, for scripts.

use anyhow::Result;
use clap::Args;
use local::suite::SuiteMap;

use super::say;

#[derive(Args)]
pub struct Token {
    person: String,
}

impl Token {
    pub fn run(self, map: &SuiteMap) -> Result<()> {
        say(&map.token(&self.person)?);
        Ok(())
    }
}
