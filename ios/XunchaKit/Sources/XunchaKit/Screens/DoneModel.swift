// After 完成: saved on this phone, then uploading, then received with the receipt's number and its QR.

import XunchaCore

/// What the screen shows.
public struct DoneShown: Showing {
    public var page: RecordPage?
    /// The receipt's number and its QR, once the hub's receipt was verified.
    public var receipt: Receipt?
    public var trouble: Trouble?
}

/// The screen after an inspection or a check-in.
public final class DoneModel: ScreenModel<DoneShown> {
    public let record: RecordId

    public init(_ phone: Phone, record: RecordId) {
        self.record = record
        super.init(phone, shown: DoneShown())
        settle()
        refresh()
    }

    public override func refresh() {
        guard let page = attempt({ try phone.book.record(record: record) }) else { return }
        shown.page = page
        // A hub that was put back to an old copy may have it no more.
        shown.receipt = attempt { try Receipt(of: page) } ?? nil
    }

    /// Back to the first screen.
    public func close() {
        if isSettled { phone.way.home() }
    }
}
