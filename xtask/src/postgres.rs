//! A PostgreSQL server of our own for the tests: made in a temporary folder, gone afterwards.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    shell::{output, run},
    tools::postgres_folder,
};

/// A running server; stopped and removed when dropped.
pub(crate) struct Postgres {
    folder: PathBuf,
    programs: PathBuf,
    user: Option<&'static str>,
    pub(crate) url: String,
}

impl Postgres {
    pub(crate) fn start() -> Result<Self, String> {
        let programs = postgres_folder()?;
        // PostgreSQL refuses to run as root; on a machine where we are root, `nobody` runs it.
        let is_root = output(Command::new("id").arg("-u")).as_deref() == Some("0");
        let user = is_root.then_some("nobody");
        let folder = std::env::temp_dir().join(format!("argosy-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        if let Some(user) = user {
            run(Command::new("chown").arg(user).arg(&folder))?;
        }
        let port = free_port()?;
        let server = Self {
            url: format!("postgres://argosy@127.0.0.1:{port}/postgres"),
            folder,
            programs,
            user,
        };
        let data = server.folder.join("data");
        run(server.program("initdb").arg("-D").arg(&data).args([
            "--username=argosy",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]))?;
        let options = format!(
            "-p {port} -h 127.0.0.1 -k {} -c fsync=off -c max_connections=300",
            server.folder.display()
        );
        run(server
            .program("pg_ctl")
            .arg("-D")
            .arg(&data)
            .arg("-l")
            .arg(server.folder.join("log"))
            .args(["-w", "-o", &options, "start"]))?;
        Ok(server)
    }

    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        match self.user {
            None => Command::new(program),
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(program);
                command
            }
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        let stopped =
            self.program("pg_ctl").arg("-D").arg(&data).args(["-m", "fast", "stop"]).status();
        if stopped.is_ok() {
            remove(&self.folder);
        }
    }
}

fn remove(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        eprintln!("xtask: {} stays: {error}", folder.display());
    }
}

pub(crate) fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    Ok(listener.local_addr().map_err(|error| error.to_string())?.port())
}
