// What both pages with 签到 do alike: a tap while the position is read is kept, and checks in with it.

import Foundation
import XunchaCore

/// What such a page shows.
public protocol ShowingCheckIn: Showing {
    /// Where the reading of the position stands.
    var near: Near { get set }
    /// A remark, as written so far.
    var note: String { get set }
    /// Where the check-in is made as soon as the position is read.
    var waiting: VenueId? { get set }
}

extension ScreenModel where Shown: ShowingCheckIn {
    public func write(_ note: String) { shown.note = note }

    /// The one tap. Where the position was not read yet, or is of where somebody stood before, it is read first.
    func checkIn(_ venue: VenueId, reading: @MainActor () async -> Void) async {
        shown.waiting = venue
        // Where the tap was stands now that nobody waits.
        settle()
        if !shown.near.isLocating, shown.near.isWanted(at: phone.seams.time.now()) { await reading() }
        if !shown.near.isLocating { sealWaiting() }
    }

    /// Checks in without waiting for the position any longer.
    public func checkInNow() {
        if isSettled { sealWaiting() }
    }

    /// With the position, as far as there is one.
    func sealWaiting() {
        guard let venue = shown.waiting else { return }
        shown.waiting = nil
        let note = shown.note.trimmingCharacters(in: .whitespacesAndNewlines)
        let saved = attempt {
            try phone.book.checkIn(
                venue: venue, fix: shown.near.fix, placard: nil, note: note.isEmpty ? nil : note)
        }
        guard let saved else { return }
        phone.way.home(then: .done(saved.record))
        phone.uploader.want()
    }

    /// Another screen is there: a check-in that still waits for its position is not wanted any more.
    public func left() { shown.waiting = nil }
}
