// 签到: nearest venues on top, one tap, seconds, one hand. Without a position the list is in order of need.

import XunchaCore

/// What the screen shows.
public struct CheckInShown: Showing {
    public var venues: [VenueLine] = []
    public var near = Near()
    public var note = ""
    public var trouble: Trouble?
}

/// A policeman's screen on patrol.
public final class CheckInModel: ScreenModel<CheckInShown> {
    /// More are not looked at with one hand.
    private static let nearest: UInt32 = 8

    public init(_ phone: Phone) {
        super.init(phone, shown: CheckInShown())
        refresh()
    }

    public override func refresh() {
        guard let venues = attempt({ try look() }) else { return }
        shown.venues = venues
    }

    /// Reads the position and puts the nearest on top.
    public func locate() async {
        shown.near.isLocating = true
        shown.near = Near(located: await phone.seams.locator.fix())
        refresh()
    }

    public func write(_ note: String) { shown.note = note }

    /// The one tap.
    public func checkIn(_ venue: VenueId) {
        let note = shown.note.isEmpty ? nil : shown.note
        let saved = attempt {
            try phone.book.checkIn(venue: venue, fix: shown.near.fix, placard: nil, note: note)
        }
        guard let saved else { return }
        phone.way.home(then: .done(saved.record))
        phone.uploader.want()
    }

    private func look() throws -> [VenueLine] {
        guard let fix = shown.near.fix else { return try phone.book.home().venues }
        return try phone.book.nearby(fix: fix, n: Self.nearest).map(\.line)
    }
}
