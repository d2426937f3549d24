//! A checkout that is measured: this one, or another commit of it. Each is started by its own launcher, so that both are
//! measured alike, and what the driver uses is nobody's.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use local::paths::Workspace;
use serde_json::{Value, json};
use tokio::process::Command;

use local::investor::Investor;

/// A checkout with a release build.
pub struct Side {
    /// For tables: `here`, or the commit.
    pub label: String,
    pub root: PathBuf,
    dialect: Dialect,
}

/// What has to be said otherwise to a commit than to this checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Here,
    /// Before an agent needed an assignment to edit a list.
    AgentsUnassigned,
}

/// Commits that speak otherwise, by how their full names begin.
const DIALECTS: [(&str, Dialect); 1] = [("39d3b94", Dialect::AgentsUnassigned)];

impl Side {
    /// This checkout, which has been built.
    #[must_use]
    pub fn here(workspace: &Workspace) -> Self {
        Self { label: "here".to_owned(), root: workspace.root().to_path_buf(), dialect: Dialect::Here }
    }

    /// A commit, in a work tree of its own under `target/against/`; built there unless that was done before.
    ///
    /// # Errors
    /// When there is no such commit, or it cannot be built.
    pub async fn at(workspace: &Workspace, commit: &str) -> Result<Self> {
        let top = workspace.root();
        let name = git(top, &["rev-parse", "--verify", &format!("{commit}^{{commit}}")]).await?;
        let root = workspace.file(format!("target/against/{name}"));
        if !root.join(".git").exists() {
            git(top, &["worktree", "prune"]).await?;
            git(top, &["worktree", "add", "--detach", "--force", &root.display().to_string(), &name]).await?;
        }
        share_jars(workspace, &root)?;
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--workspace", "--release"]).current_dir(&root).env_remove("CARGO_TARGET_DIR");
        let built = cargo.kill_on_drop(true).status().await.context("`cargo` cannot be run")?;
        ensure!(built.success(), "{commit} cannot be built");
        let dialect = DIALECTS.into_iter().find(|(begin, _)| name.starts_with(begin));
        let dialect = dialect.map_or(Dialect::Here, |(_, dialect)| dialect);
        Ok(Self { label: name.chars().take(7).collect(), root, dialect })
    }

    /// The checkout's launcher.
    #[must_use]
    pub fn launcher(&self) -> PathBuf {
        self.root.join("target/release/local")
    }

    /// The form of an opening, as this commit has it.
    ///
    /// # Errors
    /// When it has none.
    pub fn opening(&self) -> Result<String> {
        self.read("tests/stories/company-opening.application.json")
    }

    /// The key industrial project of the stories, without a code: the next of the city's own series is taken.
    ///
    /// # Errors
    /// When the commit has none.
    pub fn project(&self) -> Result<Value> {
        let mut project: Value = serde_json::from_str(&self.read("tests/stories/key-industrial.project.json")?)?;
        project.as_object_mut().context("a project is an object")?.remove("code");
        Ok(project)
    }

    /// Nothing is published before a decision, so that rules alone can carry the project.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn waive_publicity(&self, investor: &Investor<'_>) -> Result<()> {
        match self.dialect {
            Dialect::Here => investor.waive_publicity().await,
            Dialect::AgentsUnassigned => {
                let edits = json!({"edits": [{"item": "B18", "kind": "waive", "reason": "方案已在规划阶段公示"}]});
                investor.done_as("agent-centre", "/list/edits", &edits).await.map(|_| ())
            }
        }
    }

    fn read(&self, file: &str) -> Result<String> {
        let path = self.root.join(file);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }
}

/// The broker's jars are fetched once for all checkouts.
fn share_jars(workspace: &Workspace, root: &Path) -> Result<()> {
    let (ours, theirs) = (workspace.cache(), root.join(".run/cache"));
    if ours.exists() && !theirs.exists() {
        fs::create_dir_all(root.join(".run"))?;
        std::os::unix::fs::symlink(&ours, &theirs).with_context(|| format!("cannot write {}", theirs.display()))?;
    }
    Ok(())
}

async fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output =
        Command::new("git").current_dir(folder).args(arguments).output().await.context("`git` cannot be run")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "git {}: {}", arguments.join(" "), said.trim());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
