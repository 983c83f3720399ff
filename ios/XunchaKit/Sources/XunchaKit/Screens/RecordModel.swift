// One record: its honest state, what it says, and where it was returned, why and the way to correct it.

import Foundation
import XunchaCore

/// What the screen shows.
public struct RecordDetail: Showing {
    public var page: RecordPage?
    public var receipt: Receipt?
    /// The photo that is looked at.
    public var photo: URL?
    public var trouble: Trouble?
}

extension RecordPage {
    /// The hash of its sealed form, in groups that people can compare.
    public var fingerprint: String {
        stride(from: 0, to: sha256.count, by: 8)
            .map { String(sha256.dropFirst($0).prefix(8)) }
            .joined(separator: " ")
    }
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
        // A hub that was put back to an old copy may have it no more.
        shown.receipt = attempt { try Receipt(of: page) } ?? nil
    }

    /// Begins the correction, or goes on with it.
    public func correct() {
        guard let draft = attempt({ try phone.book.correct(record: record) }) else { return }
        phone.way.to(.inspection(draft))
    }

    /// Shows a photo that is still on this phone.
    public func look(at photo: PhotoLine) async {
        let book = phone.book
        shown.photo = await attemptSlowly { try URL(fileURLWithPath: book.photo(photo: photo.id)) }
    }

    public func closePhoto() { shown.photo = nil }
}
