// 签到: nearest venues on top, one tap, seconds, one hand. Without a position the list is in order of need.

import Foundation
import XunchaCore

/// What the screen shows.
public struct CheckInShown: ShowingCheckIn {
    public var venues: [VenueLine] = []
    public var near = Near()
    public var note = ""
    public var waiting: VenueId?
    public var trouble: Trouble?
}

/// A policeman's screen on patrol.
public final class CheckInModel: ScreenModel<CheckInShown> {
    public init(_ phone: Phone) {
        super.init(phone, shown: CheckInShown())
        refresh()
    }

    public override func refresh() {
        guard let page = attempt({ try phone.book.toCheckIn(fix: shown.near.fix) }) else { return }
        shown.venues = page.venues
    }

    /// The screen is there, for the first time or again.
    public func appeared() async {
        refresh()
        if !shown.near.isFresh(at: phone.seams.time.now()) { await locate() }
    }

    /// Reads the position and puts the nearest on top.
    public func locate() async {
        guard !shown.near.isLocating else { return }
        shown.near.isLocating = true
        shown.near = Near(located: await phone.seams.locator.fix())
        let before = shown.venues.map(\.venue)
        refresh()
        if shown.venues.map(\.venue) != before { settle() }
        sealWaiting()
    }

    /// The one tap, at what is on the screen.
    public func checkIn(_ venue: VenueId) async {
        guard isSettled else { return }
        await checkIn(venue) { await locate() }
    }
}
