//! `local kcat`: what a principal sees of the bus.

use std::{os::unix::process::CommandExt, path::Path, process::Command};

use anyhow::{Context, Result, bail};
use clap::Args;
use local::{kafka::Access, secrets::write_private, suite::SuiteMap};

use super::say;

#[derive(Args)]
pub struct Kcat {
    /// `department-tax`, `intake`, ...
    principal: String,
    /// Print the command line instead of running it.
    #[arg(long)]
    print: bool,
    /// What kcat gets: `-L`, `-C -t department.tax.tasks.v1 -o beginning -e`.
    #[arg(last = true)]
    args: Vec<String>,
}

impl Kcat {
    pub fn run(self, map: &SuiteMap) -> Result<()> {
        let secrets = map.run().secrets();
        let password = secrets.join(Access::secret_name(&self.principal));
        if !password.exists() {
            bail!("the broker knows no principal called {}", self.principal);
        }
        // A file and not arguments: everybody may read the arguments of a process.
        let settings = secrets.join(format!("kcat-{}.conf", self.principal));
        write_private(&settings, self.settings(map, &password)?.as_bytes())?;
        if self.print {
            say(&format!("kcat -F {} {}", settings.display(), self.args.join(" ")));
            return Ok(());
        }
        let failed = Command::new("kcat").arg("-F").arg(&settings).args(&self.args).exec();
        Err(failed).context("`kcat` cannot be run: `apt-get install kcat`")
    }

    fn settings(&self, map: &SuiteMap, password: &Path) -> Result<String> {
        let password = std::fs::read_to_string(password)?;
        Ok(format!(
            "bootstrap.servers=127.0.0.1:{}\nsecurity.protocol=sasl_plaintext\nsasl.mechanisms=PLAIN\n\
             sasl.username={}\nsasl.password={}\n",
            map.part("kafka")?,
            self.principal,
            password.trim_end(),
        ))
    }
}
