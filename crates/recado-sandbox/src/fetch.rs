//! Fetches the files that sends name by link, as the provider does: after it took the message.

use std::{sync::Arc, time::Duration};

use reqwest::header;

use crate::{
    file::{self, File},
    outgoing,
    world::World,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// Fetches in the background; the message arrives or fails with what comes.
pub(crate) fn start(world: &Arc<World>, message_id: String, link: String) {
    let world = Arc::clone(world);
    let stopping = world.stopping.clone();
    tokio::spawn(stopping.run_until_cancelled_owned(async move {
        let file = get(&world, &link).await;
        let done = world
            .change(move |change| outgoing::fetched(change, &message_id, file))
            .await;
        if let Err(error) = done {
            tracing::error!(%error, "a fetched file could not be used");
        }
    }));
}

async fn get(world: &World, link: &str) -> Result<File, String> {
    let answer = world
        .http
        .get(link)
        .timeout(PATIENCE)
        .send()
        .await
        .map_err(|error| format!("The link could not be fetched: {error}"))?;
    if !answer.status().is_success() {
        return Err(format!("The link answered {}.", answer.status().as_u16()));
    }
    let text = |name: header::HeaderName| {
        let value = answer.headers().get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let mime_type = text(header::CONTENT_TYPE).ok_or("The link's answer has no Content-Type.")?;
    let filename = text(header::CONTENT_DISPOSITION).as_deref().and_then(filename);
    if answer
        .content_length()
        .is_some_and(|length| length > file::LARGEST as u64)
    {
        return Err("The file behind the link is too large.".to_owned());
    }
    let bytes = answer
        .bytes()
        .await
        .map_err(|error| format!("The link's answer broke off: {error}"))?;
    Ok(File {
        bytes: bytes.to_vec(),
        mime_type,
        filename,
    })
}

/// The plain `filename=` of a `Content-Disposition`.
fn filename(disposition: &str) -> Option<String> {
    let (_, rest) = disposition.split_once("filename=")?;
    let name = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split(';').next()?.trim(),
    };
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::filename;

    #[test]
    fn reads_the_name_of_a_download() {
        assert_eq!(
            filename("attachment; filename=\"a b.pdf\"; x=1").as_deref(),
            Some("a b.pdf")
        );
        assert_eq!(filename("inline; filename=a.pdf; x=1").as_deref(), Some("a.pdf"));
        assert_eq!(filename("inline"), None);
        assert_eq!(filename("inline; filename=\"\""), None);
    }
}
