//! The private server goes with the process it belongs to, however that ends.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use recado_db::testing::PrivatePostgres;

const MARK: &str = "the server is in ";

fn wait_until_gone(folder: &Path) {
    // The test runner ends this if it never is.
    while folder.exists() {
        std::thread::yield_now();
    }
}

#[test]
fn it_stops_when_dropped() {
    let server = PrivatePostgres::start(true).unwrap();
    let folder = server.folder().to_owned();
    assert!(folder.join("data/postmaster.pid").is_file());
    drop(server);
    assert!(!folder.exists());
}

#[test]
fn it_stops_when_its_process_is_killed() {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_process_with_a_server", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let folder = lines
        .map(std::result::Result::unwrap)
        .find_map(|line| line.split_once(MARK).map(|(_, folder)| PathBuf::from(folder)))
        .unwrap();
    assert!(folder.join("data/postmaster.pid").is_file());
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until_gone(&folder);
}

#[test]
#[ignore = "is started, and killed, by the test above"]
fn a_process_with_a_server() {
    let server = PrivatePostgres::start(false).unwrap();
    println!("{MARK}{}", server.folder().display());
    std::io::stdin().read_line(&mut String::new()).unwrap();
}
