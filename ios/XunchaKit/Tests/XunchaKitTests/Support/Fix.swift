// Readings of the position, and clocks.

import Foundation
import XunchaCore

extension Fix {
    /// In front of the café, now.
    static func atTheCafe() -> Fix { at(Place.latitude, Place.longitude) }

    /// In front of the arcade, now.
    static func atTheArcade() -> Fix { at(Place.arcadeLatitude, Place.arcadeLongitude) }

    private static func at(_ latitude: Double, _ longitude: Double) -> Fix {
        Fix(
            raw: RawPosition(datum: .wgs84, lat: latitude, lon: longitude), accuracy: 12,
            provider: .gnss, takenAt: Int64(Date().timeIntervalSince1970 * 1000), mock: false)
    }
}

/// The phone's clocks some time later.
final class LaterClock: Clock {
    private let by: Int64

    init(byMs: Int64) { by = byMs }

    func now() -> Timestamp { Int64(Date().timeIntervalSince1970 * 1000) + by }
    func uptimeMs() -> Int64 { Int64(ProcessInfo.processInfo.systemUptime * 1000) + by }
    func boot() -> String? { "this one" }
}

/// A clock that somebody set wrong.
final class WrongClock: Clock {
    private let ahead: Int64

    init(aheadMs: Int64) { ahead = aheadMs }

    func now() -> Timestamp { Int64(Date().timeIntervalSince1970 * 1000) + ahead }
    func uptimeMs() -> Int64 { Int64(ProcessInfo.processInfo.systemUptime * 1000) }
    func boot() -> String? { "this one" }
}
