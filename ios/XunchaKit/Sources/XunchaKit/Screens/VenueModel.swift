// A venue: where it is, what is near, who went, what to look at again.

import XunchaCore

/// What a venue's screen shows.
public struct VenueShown: Showing {
    public var page: VenuePage?
    /// What this member may do, as the core says.
    public var mayInspect = false
    public var mayCheckIn = false
    public var trouble: Trouble?
}

/// A venue's screen.
public final class VenueModel: ScreenModel<VenueShown> {
    public let venue: VenueId

    public init(_ phone: Phone, venue: VenueId) {
        self.venue = venue
        super.init(phone, shown: VenueShown())
        refresh()
    }

    public override func refresh() {
        attempt {
            shown.page = try phone.book.venue(venue: venue)
            let member = try phone.book.member()
            (shown.mayInspect, shown.mayCheckIn) = (member.mayInspect, member.mayCheckIn)
        }
    }

    /// Begins an inspection, by asking who goes along.
    public func start() { phone.way.to(.companions(venue)) }

    /// Checks in with one tap.
    public func checkIn() async {
        var fix: Fix?
        if case .fix(let read) = await phone.seams.locator.fix() { fix = read }
        let saved = attempt {
            try phone.book.checkIn(venue: venue, fix: fix, placard: nil, note: nil)
        }
        guard let saved else { return }
        phone.uploader.want()
        phone.way.to(.done(saved.record))
    }
}
