//! A phone tells which devices it was before (`POST /api/v1/devices/former`). A hub that was put back to a copy
//! never heard of a phone that was enrolled after it was made, and would refuse for ever what that phone had sealed.

use serde::{Deserialize, Serialize};

use super::{Jws, JwsError, Signed, Typ, V1, VerifyingKey};
use crate::domain::{DeviceId, MemberId, StationId, Timestamp};

/// What a phone was before, signed with the key that it had then: nobody else can speak for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerDevice {
    /// Version of this message.
    pub v: V1,
    /// The device that it was.
    pub device: DeviceId,
    /// The key of that device, which signed this.
    pub key: VerifyingKey,
    /// The station that it was of.
    pub station: StationId,
    /// Whose it was.
    pub member: MemberId,
    /// When it was enrolled, by the phone's clock.
    pub enrolled_at: Timestamp,
    /// The device that it is now, which alone may hand this in.
    pub became: DeviceId,
}

impl Signed for FormerDevice {
    const TYP: Typ = Typ::FormerDevice;
}

impl FormerDevice {
    /// Reads one by the key that it names itself: it proves that whoever made it holds that key, and no more.
    ///
    /// # Errors
    /// [`JwsError`] if it does not prove that.
    pub fn open(signed: &Jws) -> Result<Self, JwsError> {
        let says: Self = signed.unverified_payload()?;
        Self::verify(signed, &says.key)
    }
}

/// What a phone was before, on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerDevices {
    /// Each a [`FormerDevice`]; at most [`super::limits::FORMER_DEVICES`].
    pub former: Vec<Jws>,
}

/// The hub's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerDevicesAnswer {
    /// Those of them whose records it takes from now on, in the order that they were told in.
    pub known: Vec<DeviceId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::SigningKey;

    #[test]
    fn a_former_device_speaks_for_itself_only() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let (own, other) = (SigningKey::from_seed([7; 32]), SigningKey::from_seed([8; 32]));
        let former = FormerDevice {
            v: V1,
            device: DeviceId::mint(now, [1; 10]),
            key: own.verifying_key(),
            station: StationId::mint(now, [2; 10]),
            member: MemberId::mint(now, [3; 10]),
            enrolled_at: now,
            became: DeviceId::mint(now, [4; 10]),
        };
        assert_eq!(FormerDevice::open(&former.sign(&own).unwrap()).unwrap(), former);
        assert!(FormerDevice::open(&former.sign(&other).unwrap()).is_err());
    }
}
