//! What the hub has to do with devices: making them, hearing of them.

use super::{Device, FakeHub, json};
use crate::domain::DeviceId;
use crate::field::transport::Response;
use crate::wire::{
    EnrolAnswer, EnrolRequest, FormerDevice, FormerDevices, FormerDevicesAnswer, ProblemCode, SelfReport,
    SelfReportAnswer, SelfReportRequest, Signed as _,
};

impl FakeHub {
    pub(super) fn enrol(&mut self, body: &[u8]) -> Result<Response, ProblemCode> {
        let asked: EnrolRequest = serde_json::from_slice(body).map_err(|_| ProblemCode::BadRequest)?;
        let used = self.codes.get(asked.code.digits()).ok_or(ProblemCode::CodeUnknown)?.clone();
        let id = match used {
            Some((key, _)) if key != asked.key => return Err(ProblemCode::CodeUsed),
            Some((_, old_token)) => self.devices.remove(&old_token).unwrap().id,
            None => DeviceId::mint(self.now, self.random()),
        };
        let token = format!("token-{}", self.mint());
        self.codes.insert(asked.code.digits().to_owned(), Some((asked.key, token.clone())));
        self.devices.insert(token.clone(), Device { id, key: asked.key, revoked: false });
        Ok(json(&EnrolAnswer {
            device: id,
            member: self.member.clone(),
            station: self.station.clone(),
            token,
            hub_key: self.key(),
            hub_sealing_key: self.opening.sealing_key(),
            hub_time: self.now,
            head: self.head().sign(&self.signing).unwrap(),
        }))
    }

    pub(super) fn former(&mut self, body: &[u8]) -> Result<Response, ProblemCode> {
        let asked: FormerDevices = serde_json::from_slice(body).map_err(|_| ProblemCode::BadRequest)?;
        let mut known = Vec::new();
        for former in asked.former {
            let says = FormerDevice::open(&former).map_err(|_| ProblemCode::BadRequest)?;
            assert!(self.devices.values().any(|device| device.id == says.became && !device.revoked));
            if !self.devices.values().any(|device| device.id == says.device) {
                let device = Device { id: says.device, key: says.key, revoked: true };
                self.devices.insert(says.device.to_string(), device);
            }
            known.push(says.device);
        }
        self.former_told += 1;
        Ok(json(&FormerDevicesAnswer { known }))
    }

    pub(super) fn report(&mut self, body: &[u8]) -> Result<Response, ProblemCode> {
        let asked: SelfReportRequest = serde_json::from_slice(body).map_err(|_| ProblemCode::BadRequest)?;
        let report: SelfReport = asked.report.unverified_payload().map_err(|_| ProblemCode::BadRequest)?;
        let device = self.devices.values().find(|device| device.id == report.device).unwrap();
        assert_eq!(SelfReport::verify(&asked.report, &device.key).as_ref(), Ok(&report));
        self.reports.push(report);
        Ok(json(&SelfReportAnswer { sha256: asked.report.hash(), received_at: self.now }))
    }
}
