//! `recado import`: contacts from a CSV file, each by itself, so that a bad line spoils no other. The same file again changes
//! nothing.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use csv::{ByteRecord, ReaderBuilder, Trim};
use recado_engine::contacts::{self, Imported, NewContact};
use recado_engine::{Ctx, Error};
use recado_model::{Actor, Phone};
use serde::Serialize;

use super::{Refusal, store};
use crate::Failure;
use crate::config::{Place, Sources};

#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Options {
    /// The file; `-` is standard input
    file: PathBuf,
    /// The account they belong to, by id or name [default: the only one there is]
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// The country of phones that do not begin with `+`, two letters: DE, BR
    #[arg(long, value_name = "COUNTRY", value_parser = country)]
    country: Option<String>,
    /// Tell what would be done and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the counts as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

const AFTER: &str = "\
The first line names the columns, in any order: phone (the only one that must be there), name, email, company, tags (several with
`;` between). Commas or semicolons separate them; UTF-8. Other columns are passed over.

Who is known by phone keeps what the file does not tell and gets the rest; tags are added and none taken. May run beside a
server: the pages show the contacts as they come.
Exit codes: 0 all taken, 1 some lines were refused (said on standard error) or it broke off, 2 wrong usage or no such file.

Example:
  recado import contacts.csv --country DE --dry-run";

/// The columns we know, by the names people give them.
const COLUMNS: [(Column, &[&str]); 5] = [
    (
        Column::Phone,
        &[
            "phone",
            "phone number",
            "phone_number",
            "telephone",
            "mobile",
            "whatsapp",
        ],
    ),
    (Column::Name, &["name", "full name", "full_name"]),
    (
        Column::Email,
        &["email", "e-mail", "email address", "email_address"],
    ),
    (Column::Company, &["company", "organisation", "organization"]),
    (Column::Tags, &["tags", "tag", "labels"]),
];

/// Those of our own export that say what nobody can set.
const OF_EXPORT: [&str; 3] = ["profile_name", "opted_out_at", "created_at"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Phone,
    Name,
    Email,
    Company,
    Tags,
}

/// What became of the lines.
#[derive(Debug, Default, Serialize)]
struct Count {
    created: u64,
    updated: u64,
    unchanged: u64,
    refused: u64,
}

pub fn run(options: Options) -> Result<ExitCode, Failure> {
    let config = super::configure(&Sources::of_process(options.place.0.clone()))?;
    let input = open(&options.file)?;
    super::run(async move {
        let ctx = store::open(&config).await?;
        let account = store::account(&ctx, options.account.as_deref()).await?;
        let count = take_in(&ctx, &Actor::system(account.id), input, &options).await;
        ctx.db.close().await;
        let count = count?;
        if options.json {
            super::print(&format!("{}\n", serde_json::to_string(&count)?))?;
        } else {
            let would = if options.dry_run { "would be: " } else { "" };
            super::print(&format!(
                "{would}{} created, {} updated, {} unchanged, {} refused\n",
                count.created, count.updated, count.unchanged, count.refused
            ))?;
        }
        Ok(if count.refused > 0 {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    })
}

async fn take_in(
    ctx: &Ctx,
    actor: &Actor,
    mut input: Box<dyn Read + Send>,
    options: &Options,
) -> Result<Count, Failure> {
    // As much as tells the separator; a byte order mark, which Excel writes, is nobody's name.
    let mut head = vec![0; 4096];
    let read = fill(&mut *input, &mut head)?;
    head.truncate(read);
    let begin = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let head = head.split_off(begin);
    // With lines that end with two characters, the reader counts the second one with what follows.
    let late = u64::from(first_line(&head).ends_with(b"\r"));
    let mut reader = ReaderBuilder::new()
        .delimiter(separator(&head))
        .flexible(true)
        .trim(Trim::All)
        .from_reader(std::io::Cursor::new(head).chain(input));
    let columns = columns(reader.byte_headers()?)?;
    let mut count = Count::default();
    let mut record = ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(count),
            Err(error) => return Err(format!("the file cannot be read on: {error}").into()),
        }
        let line = record.position().map_or(0, csv::Position::line) + late;
        let became = match contact(&record, &columns, options.country.as_deref()) {
            Ok(contact) => contacts::import(ctx, actor, &contact, options.dry_run).await,
            Err(why) => Err(Error::BadInput {
                field: None,
                message: why,
            }),
        };
        match became {
            Ok(Imported::Created) => count.created += 1,
            Ok(Imported::Updated) => count.updated += 1,
            Ok(Imported::Unchanged) => count.unchanged += 1,
            Err(Error::BadInput { field, message }) => {
                count.refused += 1;
                let field = field.map(|field| format!("{field}: ")).unwrap_or_default();
                super::tell(&format!("line {line}: {field}{message}"));
            }
            Err(Error::Conflict { message, .. }) => {
                count.refused += 1;
                super::tell(&format!("line {line}: {message}"));
            }
            Err(error) => {
                let words = crate::told(&error);
                return Err(format!("line {line}: {words}; lines before it are done, run it again").into());
            }
        }
    }
}

/// Which of our columns stands at each place.
fn columns(header: &ByteRecord) -> Result<Vec<Option<Column>>, Failure> {
    let mut columns = Vec::new();
    for name in header {
        let name = String::from_utf8_lossy(name).to_lowercase();
        let column = COLUMNS
            .iter()
            .find(|(_, names)| names.contains(&name.as_str()))
            .map(|(column, _)| *column);
        if column.is_some() && columns.contains(&column) {
            return Err(Refusal::usage(format!(
                "the first line has two columns like {name:?}"
            )));
        }
        if column.is_none() && !name.is_empty() && !OF_EXPORT.contains(&name.as_str()) {
            super::tell(&format!("the column {name:?} is passed over"));
        }
        columns.push(column);
    }
    if columns.contains(&Some(Column::Phone)) {
        Ok(columns)
    } else {
        Err(Refusal::usage(
            "the first line must name the columns, and one of them be `phone`; the others are name, email, company, tags",
        ))
    }
}

fn contact(
    record: &ByteRecord,
    columns: &[Option<Column>],
    country: Option<&str>,
) -> Result<NewContact, String> {
    if record.len() > columns.len() {
        return Err("it has more columns than the first line; is a quotation mark missing?".to_owned());
    }
    let mut contact = NewContact::default();
    for (cell, column) in record.iter().zip(columns) {
        let Some(column) = column else { continue };
        let text =
            std::str::from_utf8(cell).map_err(|_| "it is not UTF-8: save the file as UTF-8".to_owned())?;
        let text = unguarded(text);
        let some = (!text.is_empty()).then(|| text.to_owned());
        match column {
            Column::Phone => text.clone_into(&mut contact.phone),
            Column::Name => contact.name = some,
            Column::Email => contact.email = some,
            Column::Company => contact.company = some,
            Column::Tags => {
                let tags = text.split(';').map(|tag| unguarded(tag.trim()).to_owned());
                contact.tags = tags.filter(|tag| !tag.is_empty()).collect();
            }
        }
    }
    if contact.phone.is_empty() {
        return Err("phone: it is missing".to_owned());
    }
    let phone = Phone::parse(&contact.phone, country).map_err(|error| format!("phone: {error}"))?;
    phone.as_str().clone_into(&mut contact.phone);
    Ok(contact)
}

/// Without the mark that keeps spreadsheets from taking a text for a formula; the export writes it.
fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => text,
    }
}

/// What the first line has more of.
fn separator(head: &[u8]) -> u8 {
    let line = first_line(head);
    let count = |wanted: char| String::from_utf8_lossy(line).matches(wanted).count();
    [(';', b';'), ('\t', b'\t')]
        .into_iter()
        .find(|(other, _)| count(*other) > count(','))
        .map_or(b',', |(_, byte)| byte)
}

fn first_line(head: &[u8]) -> &[u8] {
    head.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

fn fill(input: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

fn open(file: &Path) -> Result<Box<dyn Read + Send>, Failure> {
    if file.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin()));
    }
    let unreadable = |error| Refusal::usage(format!("the file {} cannot be read: {error}", file.display()));
    let opened = File::open(file).map_err(unreadable)?;
    if opened.metadata().map_err(unreadable)?.is_dir() {
        return Err(Refusal::usage(format!("{} is a folder", file.display())));
    }
    Ok(Box::new(opened))
}

fn country(text: &str) -> Result<String, String> {
    let region = text.to_ascii_uppercase();
    // Whether there is such a country shows with any number.
    match Phone::parse("030123456", Some(&region)) {
        Err(recado_model::phone::PhoneError::NoCountry) => {
            Err("expected a country by two letters, such as DE".to_owned())
        }
        _ => Ok(region),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_spreadsheets_write_it() {
        assert_eq!(separator(b"phone;name;tags\n1,2;3"), b';');
        assert_eq!(separator(b"phone,name\n"), b',');
        assert_eq!(separator(b"phone"), b',');
        let header = ByteRecord::from(vec!["Phone Number", "Shoe size", "E-Mail", "tags"]);
        let columns = columns(&header).unwrap();
        assert_eq!(
            columns,
            [Some(Column::Phone), None, Some(Column::Email), Some(Column::Tags)]
        );
        let record = ByteRecord::from(vec!["0151 12345678", "44", "", "VIP; '=late;"]);
        let read = contact(&record, &columns, Some("DE")).unwrap();
        assert_eq!((read.phone.as_str(), read.email), ("+4915112345678", None));
        assert_eq!(read.tags, ["VIP", "=late"]);
        assert!(
            contact(&record, &columns, None)
                .unwrap_err()
                .starts_with("phone: the country is missing")
        );
        assert!(super::columns(&ByteRecord::from(vec!["name"])).is_err());
        assert!(super::columns(&ByteRecord::from(vec!["phone", "mobile"])).is_err());
        assert!(country("de").is_ok() && country("Germany").is_err());
    }
}
