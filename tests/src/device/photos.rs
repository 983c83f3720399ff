//! A device's photos, by tus: as a phone sends them, without its patience.

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::StatusCode;
use reqwest::{Method, RequestBuilder, Response};
use xuncha_core::domain::{Inspection, PhotoId, PhotoRef, RecordId, Sha256Hash, Timestamp, VenueId};
use xuncha_core::wire::limits::PHOTO_CHUNK_BYTES;
use xuncha_core::wire::{Fact, Jws, verify_photo_receipt};

use super::{Device, bytes_of, inspection};

/// A photo and the record that names it.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The record.
    pub record: RecordId,
    /// How the record names it.
    pub named: PhotoRef,
    content: Vec<u8>,
}

/// How far an upload has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stand {
    /// The hub has no such upload.
    Nowhere,
    /// So many bytes are there.
    At(usize),
    /// It is whole.
    Received(Jws),
}

impl Device {
    /// Seals an inspection that names a photo of so many bytes.
    pub fn inspect_with_photo(
        &mut self,
        venue: VenueId,
        at: Timestamp,
        random: u64,
        bytes: usize,
    ) -> Result<(Jws, Picture)> {
        let content: Vec<u8> = random.to_be_bytes().into_iter().cycle().take(bytes).collect();
        let id = PhotoId::mint(at, bytes_of(random));
        let named = PhotoRef { id, item: None, sha256: Sha256Hash::of(&content), bytes: bytes as u64 };
        let fact = Inspection { photos: vec![named.clone()], ..inspection(venue, at)? };
        let record = self.record(Fact::Inspection(Box::new(fact)), at, random);
        Ok((self.seal(&record)?, Picture { record: record.id, named, content }))
    }

    /// Asks how far a photo has come.
    pub async fn stand(&self, picture: &Picture) -> Result<Stand> {
        let answer = self.tus(Method::HEAD, &format!("/{}", picture.named.id)).send().await?;
        match answer.status() {
            StatusCode::GONE | StatusCode::NOT_FOUND => Ok(Stand::Nowhere),
            StatusCode::OK => match self.receipt(picture, &answer)? {
                Some(receipt) => Ok(Stand::Received(receipt)),
                None => Ok(Stand::At(offset(&answer)?)),
            },
            other => bail!("asking for a photo: {other}"),
        }
    }

    /// Sends what the hub lacks of a photo, and gives the receipt, verified.
    pub async fn upload(&self, picture: &Picture) -> Result<Jws> {
        let mut at = match self.stand(picture).await? {
            Stand::Received(receipt) => return Ok(receipt),
            Stand::At(offset) => offset,
            Stand::Nowhere => {
                let created = self.announce(picture).await?;
                if let Some(receipt) = self.receipt(picture, &created)? {
                    return Ok(receipt);
                }
                0
            }
        };
        loop {
            let end = picture.content.len().min(at + PHOTO_CHUNK_BYTES);
            let piece = self.tus(Method::PATCH, &format!("/{}", picture.named.id));
            let piece = piece.header("content-type", "application/offset+octet-stream");
            let piece = piece.header("upload-offset", at).body(picture.content[at..end].to_vec());
            let answer = piece.send().await?;
            if answer.status() != StatusCode::NO_CONTENT {
                bail!("a piece of a photo: {}", answer.status());
            }
            if let Some(receipt) = self.receipt(picture, &answer)? {
                return Ok(receipt);
            }
            at = offset(&answer)?;
        }
    }

    async fn announce(&self, picture: &Picture) -> Result<Response> {
        let named = [
            ("photo", picture.named.id.to_string()),
            ("record", picture.record.to_string()),
            ("sha256", picture.named.sha256.to_string()),
        ];
        let pairs = named.map(|(key, value)| format!("{key} {}", BASE64_STANDARD.encode(value)));
        let request = self.tus(Method::POST, "").header("upload-length", picture.named.bytes);
        let answer = request.header("upload-metadata", pairs.join(",")).send().await?;
        if answer.status() != StatusCode::CREATED {
            bail!("announcing a photo: {}", answer.status());
        }
        Ok(answer)
    }

    fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/api/v1/photos{path}", self.hub);
        self.client.request(method, url).bearer_auth(&self.token).header("tus-resumable", "1.0.0")
    }

    fn receipt(&self, picture: &Picture, answer: &Response) -> Result<Option<Jws>> {
        let Some(text) = answer.headers().get("xuncha-photo-receipt") else { return Ok(None) };
        let receipt: Jws = text.to_str()?.parse()?;
        let PhotoRef { id, sha256, bytes, .. } = picture.named;
        verify_photo_receipt(&receipt, &self.hub_key, id, sha256, bytes)?;
        Ok(Some(receipt))
    }
}

fn offset(answer: &Response) -> Result<usize> {
    let offset = answer.headers().get("upload-offset").context("no offset in the answer")?;
    Ok(offset.to_str()?.parse()?)
}
