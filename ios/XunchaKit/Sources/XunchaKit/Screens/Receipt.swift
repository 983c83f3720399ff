// The hub's receipt as people use it: a number to read out, and the same to scan.

import XunchaCore

/// What proves that the hub has a record.
public struct Receipt: Equatable, Sendable {
    public let number: String
    public let qr: QrCode

    /// Nothing, as long as the hub has not given one.
    init?(of page: RecordPage) throws {
        guard let number = page.receiptNumber else { return nil }
        self.number = number
        qr = try qrOf(text: number)
    }
}
