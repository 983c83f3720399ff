//! The audit: who did what, and who looked at what about minors. Only ever added to, in the transaction of
//! what was done. Subjects are ids and counts, never names.

use std::collections::BTreeSet;
use std::fmt::Display;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use xuncha_core::domain::{FollowUpAct, Locale, MemberId, Month, Sha256Hash, Station, StationId, VenueLife};
use xuncha_core::wire::ReviewState;

use crate::app::App;
use crate::error::HubResult;
use crate::session;
use crate::store::reference::to_json;
use crate::store::{Key as _, Store, StoreError, Tx};
use crate::world::World;

macro_rules! actions {
    ($($action:ident = $code:literal, $zh:literal;)+) => {
        /// What was done. Its code is its English, too.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the code beside each says it")]
        pub enum Action { $($action,)+ }

        impl Action {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$action,)+];

            /// The words in the database.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$action => $code,)+ }
            }

            /// The words on a page.
            #[must_use]
            pub const fn words(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$action, Locale::ZhHans) => $zh,)+
                    (_, Locale::En) => self.code(),
                }
            }
        }
    };
}

actions! {
    Looked = "looked at findings about minors", "查看了涉及未成年人的内容";
    Exported = "exported", "导出了";
    Imported = "imported", "导入了";
    BundleTaken = "took a bundle", "接收了拷贝上交";
    SignedIn = "signed in", "登录";
    SignedOutElsewhere = "signed out elsewhere", "退出了其他登录";
    PasswordSet = "password set", "设置了密码";
    TemporaryPasswordGiven = "temporary password given", "发放了临时密码";
    SecondFactorOn = "second factor turned on", "开启了两步验证";
    SecondFactorOff = "second factor turned off", "关闭了两步验证";
    RecoveryCodeUsed = "recovery code used", "用备用码登录";
    EnrolmentHandedOut = "enrolment handed out", "开了登记卡";
    DeviceRevoked = "device revoked", "停用了手机";
    FormerDeviceTold = "former device put on file", "补登了以前的手机";
    RecordErased = "record erased on request", "应要求删除了内容";
    RecordApproved = "record approved", "审核通过";
    RecordReturned = "record returned", "退回了记录";
    RecordPending = "record pending", "撤回了审核";
    FindingHandedOver = "finding handed_over", "转交了问题";
    FindingMended = "finding mended", "登记了已整改";
    FindingRechecked = "finding rechecked", "登记了已复查";
    FindingOpen = "finding open", "重新打开了问题";
    FindingClosed = "finding closed", "办结了问题";
    HandlingSet = "policy of findings set", "设置了问题的处置";
    AlertSeen = "alert seen", "已知悉提醒";
    MemberAdded = "member added", "新增了人员";
    MemberChanged = "member changed", "修改了人员";
    MemberLeft = "member left", "办理了离岗";
    MemberCameBack = "member came back", "办理了重新上岗";
    VenueAdded = "venue added", "新增了场所";
    VenueChanged = "venue changed", "修改了场所";
    VenueClosed = "venue closed", "登记了停业";
    VenueSuspended = "venue suspended", "登记了暂停";
    VenueOpenAgain = "venue open again", "恢复了检查";
    VenueMerged = "venue merged", "合并了重复场所";
    VenueMoved = "venue moved", "移交了场所";
    SchoolAdded = "school added", "新增了学校";
    SchoolChanged = "school changed", "修改了学校";
    SchoolClosed = "school closed", "登记了学校停办";
    SchoolOpenAgain = "school open again", "恢复了学校";
    SchoolMerged = "school merged", "合并了重复学校";
    SchoolMoved = "school moved", "移交了学校";
    DutyEntryAdded = "ledger entry added", "新增了台账";
    DutyEntryAmended = "ledger entry amended", "修改了台账";
    DutyEntryStruckOut = "ledger entry struck out", "作废了台账";
    StatutoryDaysSet = "statutory days set", "设置了节假日";
    ChecklistPutInForce = "checklist put in force", "启用了检查清单新版本";
    PolicySet = "policy set", "设置了工作要求";
}

impl Action {
    /// The action of a code; `None` for one of a later version.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.code() == code)
    }

    /// What a review does.
    #[must_use]
    pub const fn reviewed(state: ReviewState) -> Self {
        match state {
            ReviewState::Pending => Self::RecordPending,
            ReviewState::Approved => Self::RecordApproved,
            ReviewState::Returned => Self::RecordReturned,
        }
    }

    /// What a step on the way of a finding does.
    #[must_use]
    pub const fn followed_up(act: FollowUpAct) -> Self {
        match act {
            FollowUpAct::HandedOver { .. } => Self::FindingHandedOver,
            FollowUpAct::Mended => Self::FindingMended,
            FollowUpAct::Rechecked => Self::FindingRechecked,
            FollowUpAct::Reopened => Self::FindingOpen,
            FollowUpAct::Closed => Self::FindingClosed,
        }
    }

    /// Whether its subject is a record.
    #[must_use]
    pub const fn is_about_a_record(self) -> bool {
        matches!(
            self,
            Self::Looked
                | Self::RecordErased
                | Self::RecordApproved
                | Self::RecordReturned
                | Self::RecordPending
                | Self::FindingOpen
                | Self::FindingHandedOver
                | Self::FindingMended
                | Self::FindingRechecked
                | Self::FindingClosed
        )
    }
}

/// What a line says beside its subject; nothing in most.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// The days that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<ChangedDays>,
    /// The months that were over and count anew by it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub months: BTreeSet<Month>,
    /// What its subject, a double, goes on as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<Uuid>,
    /// Of a look at many findings: which of them are about minors, as a hash. Another one is another look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Sha256Hash>,
}

/// From when to when something is to be checked, or is there, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedDays {
    /// Before; none of what is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<VenueLife>,
    /// From now on.
    pub is: VenueLife,
}

/// Writes down, with what is done in the same transaction, that somebody does it now. `by` is `None` for
/// the hub's own command line.
pub async fn note(
    app: &App,
    tx: &mut Tx,
    station: StationId,
    by: Option<MemberId>,
    action: Action,
    subject: impl Display,
) -> HubResult<()> {
    write(&app.world, tx, station, by, action, subject).await
}

/// The same where there is a database, and no hub around it.
pub async fn write(
    world: &World,
    tx: &mut Tx,
    station: StationId,
    by: Option<MemberId>,
    action: Action,
    subject: impl Display,
) -> HubResult<()> {
    write_with(world, tx, station, by, action, subject, &Details::default()).await
}

/// The same with what there is to say beside the subject.
pub async fn write_with(
    world: &World,
    tx: &mut Tx,
    station: StationId,
    by: Option<MemberId>,
    action: Action,
    subject: impl Display,
    details: &Details,
) -> HubResult<()> {
    let details = (*details != Details::default()).then(|| to_json(details)).transpose()?;
    sqlx::query(
        "INSERT INTO audit (station_id, entry_id, at, member_id, action, subject, details) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(station.key())
    .bind(world.id()?.key())
    .bind(world.clock.now().millis())
    .bind(by.map(|member| member.key()))
    .bind(action.code())
    .bind(subject.to_string())
    .bind(details)
    .execute(&mut **tx)
    .await
    .map_err(StoreError::from)?;
    Ok(())
}

/// The same for what was done before, or changes nothing, such as a look.
pub async fn note_by_itself(
    app: &App,
    station: StationId,
    by: Option<MemberId>,
    action: Action,
    subject: impl Display,
) -> HubResult<()> {
    let mut tx = app.store.begin().await?;
    note(app, &mut tx, station, by, action, subject).await?;
    Ok(tx.commit().await?)
}

/// The same at each of several stations, with or without a hub around the database.
pub async fn note_at_each(
    store: &Store,
    world: &World,
    stations: &[Station],
    by: Option<MemberId>,
    action: Action,
    subject: &str,
) -> HubResult<()> {
    let mut tx = store.begin().await?;
    for station in stations {
        write(world, &mut tx, station.id, by, action, subject).await?;
    }
    Ok(tx.commit().await?)
}

/// Whether a look of theirs is written down already, of the last hours: as long as they may have had the page open.
/// `details` are those of the line; any are right where there are none.
pub async fn looked_lately(
    app: &App,
    station: StationId,
    by: MemberId,
    subject: &str,
    details: Option<&Details>,
) -> Result<bool, StoreError> {
    let since = app.world.clock.now().plus_millis(-session::LIFE_MS).millis();
    // Ids are in the order of time, so only the newest lines are read.
    let first =
        uuid::Builder::from_unix_timestamp_millis(u64::try_from(since).unwrap_or(0), &[0; 10]).into_uuid();
    let row = sqlx::query(
        "SELECT 1 AS looked FROM audit WHERE station_id = $1 AND entry_id >= $2 AND member_id = $3 \
         AND action = $4 AND subject = $5 AND ($6 IS NULL OR details = $6) LIMIT 1",
    )
    .bind(station.key())
    .bind(first.key())
    .bind(by.key())
    .bind(Action::Looked.code())
    .bind(subject.to_owned())
    .bind(details.map(to_json).transpose()?)
    .fetch_optional(&mut *app.store.read().await?)
    .await?;
    Ok(row.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_action_is_known_by_its_code_alone_and_a_later_one_is_not() {
        for action in Action::ALL {
            assert_eq!(Action::of_code(action.code()), Some(*action));
        }
        assert_eq!(Action::of_code("venue painted"), None);
    }
}
