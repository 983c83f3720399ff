//! Keeping the people of a station: who is added, changed, leaves and comes back.

use std::collections::{BTreeSet, HashMap};

use sqlx::AnyConnection;
use xuncha_core::domain::{DeviceId, Member, MemberId, Role, StationId};
use xuncha_core::wire::ProblemCode;

use crate::app::App;
use crate::audit::{self, Action};
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::scope::{Area, Operation};
use crate::seen::{Kept, Seen};
use crate::session;
use crate::store::reference::write_member;
use crate::store::{Key, RowExt as _, Sql, Store, StoreError, Tx, Written};
use crate::world::World;

/// What one must be allowed to do to keep somebody of a role.
#[must_use]
pub const fn operation(role: Role) -> Operation {
    match role {
        Role::Volunteer | Role::Police => Operation::KeepMembers,
        Role::Head | Role::SubBureauSupervisor | Role::Supervisor | Role::Admin => Operation::Appoint,
    }
}

/// Whether somebody may hand out a member's enrolment card, which makes its bearer that member, and end their
/// phones: their own, those of whom they keep, and of their equals; never of somebody who reaches further.
#[must_use]
pub fn may_equip(caller: &Caller, member: &Member) -> bool {
    let station = Area::Station(member.station);
    let keeps = member.role == caller.member.role || caller.may(operation(member.role), station);
    caller.may(Operation::KeepDevices, station) && keeps
}

/// The same as an error.
pub fn must_equip(caller: &Caller, member: &Member) -> HubResult<()> {
    if may_equip(caller, member) { Ok(()) } else { Err(HubError::new(ProblemCode::Forbidden)) }
}

/// The members of a station: those who serve first, then by name.
pub async fn members(db: &mut AnyConnection, station: StationId) -> Result<Vec<Member>, StoreError> {
    let rows =
        sqlx::query("SELECT body FROM members WHERE station_id = $1 ORDER BY active DESC, name, member_id")
            .bind(station.key())
            .fetch_all(db)
            .await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// What members of any station are called.
pub async fn names(
    db: &mut AnyConnection,
    ids: &BTreeSet<MemberId>,
) -> Result<HashMap<MemberId, String>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = Sql::new("SELECT member_id, name FROM members WHERE member_id IN ");
    query.list(ids.iter().map(Key::key));
    let rows = query.fetch_all(db).await?;
    rows.iter().map(|row| Ok((row.id("member_id")?, row.text("name")?))).collect()
}

/// The names of those who act at a station.
pub(crate) struct Names(HashMap<MemberId, String>);

impl Names {
    /// Its members.
    pub(crate) async fn of(db: &mut AnyConnection, station: StationId) -> Result<Self, StoreError> {
        let rows = sqlx::query("SELECT member_id, name FROM members WHERE station_id = $1")
            .bind(station.key())
            .fetch_all(db)
            .await?;
        let names = rows.iter().map(|row| Ok((row.id("member_id")?, row.text("name")?)));
        Ok(Self(names.collect::<Result<_, StoreError>>()?))
    }

    /// The same with those who acted there from elsewhere.
    pub(crate) async fn with(
        mut self,
        db: &mut AnyConnection,
        acted: impl IntoIterator<Item = MemberId>,
    ) -> Result<Self, StoreError> {
        let elsewhere = acted.into_iter().filter(|who| !self.0.contains_key(who)).collect();
        self.0.extend(names(db, &elsewhere).await?);
        Ok(self)
    }

    /// One of them; `None` of whom nobody knows.
    pub(crate) fn get(&self, member: MemberId) -> Option<&str> {
        self.0.get(&member).map(String::as_str)
    }
}

/// A member of a station; `None` if it has none such.
pub async fn member(store: &Store, station: StationId, id: MemberId) -> Result<Option<Member>, StoreError> {
    let row = sqlx::query("SELECT body FROM members WHERE station_id = $1 AND member_id = $2")
        .bind(station.key())
        .bind(id.key())
        .fetch_optional(&mut *store.read().await?)
        .await?;
    row.map(|row| row.json("body")).transpose()
}

/// Does what follows when a member was written, by the desk or from a list: who leaves or has another role is
/// signed out everywhere, whoever rises needs a new phone, and the audit says what became of them.
pub(crate) async fn follow(
    world: &World,
    tx: &mut Tx,
    by: Option<MemberId>,
    old: Option<&Member>,
    new: &Member,
) -> HubResult<()> {
    if !new.active || old.is_some_and(|old| old.role != new.role) {
        session::end_all(tx, new, None).await?;
    }
    if old.is_some_and(|old| rises(old.role, new.role)) {
        end_phones(world, tx, by, new).await?;
    }
    let action = match old {
        None => Action::MemberAdded,
        Some(old) if old.active && !new.active => Action::MemberLeft,
        Some(old) if !old.active && new.active => Action::MemberCameBack,
        Some(_) => Action::MemberChanged,
    };
    audit::write(world, tx, new.station, by, action, new.id).await
}

/// Whether a change of role lets somebody do what those who handed out their phones could not have given away.
fn rises(old: Role, new: Role) -> bool {
    new > old && operation(new) == Operation::Appoint
}

/// Ends the phones and the cards that were handed out before somebody rose: who has them was not chosen for the
/// new role. What such a phone sealed before it learned of that is taken from the new one.
async fn end_phones(world: &World, tx: &mut Tx, by: Option<MemberId>, member: &Member) -> HubResult<()> {
    let ended = async |tx: &mut Tx, query: &'static str| {
        let query = sqlx::query(query).bind(member.station.key()).bind(member.id.key());
        query.bind(world.clock.now().millis()).fetch_all(&mut **tx).await.map_err(StoreError::from)
    };
    let phones = ended(
        tx,
        "UPDATE devices SET revoked_at = $3, revoked_why = 'rise' \
         WHERE station_id = $1 AND member_id = $2 AND revoked_at IS NULL \
         RETURNING device_id",
    );
    for phone in phones.await? {
        let phone: DeviceId = phone.id("device_id")?;
        audit::write(world, tx, member.station, by, Action::DeviceRevoked, phone).await?;
    }
    ended(
        tx,
        "UPDATE enrol_codes SET expires_at = $3 WHERE station_id = $1 AND member_id = $2 AND expires_at > $3",
    )
    .await?;
    Ok(())
}

/// Whether somebody gives up what they are by a change of themselves: else the last administrator could shut
/// everybody out.
pub(crate) fn steps_down(old: &Member, new: &Member) -> bool {
    old.active && !new.active || old.role != new.role
}

/// Writes a member as they are from now on; `seen` is what the caller changes. Whoever leaves is signed out everywhere
/// at once, and the hub takes nothing more from their phones.
pub async fn keep(app: &App, caller: &Caller, member: &Member, seen: &Seen) -> HubResult<Kept> {
    caller.must(operation(member.role), member.station)?;
    if member.id == caller.member.id && steps_down(&caller.member, member) {
        return Err(HubError::told(ProblemCode::Forbidden, "nobody takes their own role away"));
    }
    let mut tx = app.store.begin().await?;
    let mut station =
        tx.lock_station(member.station).await?.ok_or_else(|| HubError::new(ProblemCode::NotFound))?;
    let old = sqlx::query("SELECT body FROM members WHERE station_id = $1 AND member_id = $2")
        .bind(member.station.key())
        .bind(member.id.key())
        .fetch_optional(&mut *tx)
        .await
        .map_err(StoreError::from)?;
    let old: Option<Member> = old.map(|row| row.json("body")).transpose()?;
    if let Some(old) = &old {
        caller.must(operation(old.role), old.station)?;
    }
    if Seen::of(old.as_ref()) != *seen {
        return Ok(Kept::Overtaken);
    }
    if write_member(&mut tx, &mut station, member, None).await? == Written::Same {
        return Ok(Kept::Done);
    }
    follow(&app.world, &mut tx, Some(caller.member.id), old.as_ref(), member).await?;
    station.save(&mut tx).await?;
    tx.commit().await?;
    Ok(Kept::Done)
}
