// One record: its honest state, what it says, and where it was returned, why and the way to correct it.

import Foundation
import XunchaCore

/// What the screen shows.
public struct RecordDetail: Showing {
    public var page: RecordPage?
    /// The photo that is looked at.
    public var photo: URL?
    public var trouble: Trouble?
}

/// A record's screen.
public final class RecordModel: ScreenModel<RecordDetail> {
    public let record: RecordId

    public init(_ phone: Phone, record: RecordId) {
        self.record = record
        super.init(phone, shown: RecordDetail())
        refresh()
    }

    public override func refresh() {
        guard let page = attempt({ try phone.book.record(record: record) }) else { return }
        shown.page = page
    }

    /// Begins the correction, or goes on with it.
    public func correct() {
        guard let draft = attempt({ try phone.book.correct(record: record) }) else { return }
        phone.way.to(.inspection(draft))
    }

    /// Shows a photo that is still on this phone.
    public func look(at photo: PhotoLine) async {
        let (book, id) = (phone.book, photo.id)
        guard let path = await attemptSlowly({ try book.photo(photo: id) }) else { return }
        shown.photo = URL(fileURLWithPath: path)
    }

    public func closePhoto() { shown.photo = nil }
}
