// Pictures for the tests.

import Foundation
import XunchaCore

enum Picture {
    /// A picture that any reader takes, of noise, so that it does not get small: PNG, not compressed.
    static func png(side: Int) -> Data {
        var noise: UInt32 = 1
        return png(side: side) { _, _ in
            noise = noise &* 1_664_525 &+ 1_013_904_223
            return [UInt8(noise >> 24), UInt8(noise >> 16 & 255), UInt8(noise >> 8 & 255)]
        }
    }

    /// A picture of a QR on paper.
    static func png(of qr: QrCode) -> Data {
        let (size, scale, margin) = (Int(qr.size), 6, 5)
        return png(side: (size + 2 * margin) * scale) { x, y in
            let (column, row) = (x / scale - margin, y / scale - margin)
            let isInside = (0..<size).contains(column) && (0..<size).contains(row)
            return Array(repeating: isInside && qr.dark[row * size + column] ? 20 : 235, count: 3)
        }
    }

    private static func png(side: Int, _ colour: (_ x: Int, _ y: Int) -> [UInt8]) -> Data {
        var rows = Data()
        for y in 0..<side {
            rows.append(0)
            for x in 0..<side { rows += colour(x, y) }
        }
        let size = bytes(UInt32(side)) + bytes(UInt32(side))
        return Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
            + chunk("IHDR", size + Data([8, 2, 0, 0, 0])) + chunk("IDAT", zlib(rows)) + chunk("IEND", Data())
    }

    private static func chunk(_ name: String, _ content: Data) -> Data {
        let named = Data(name.utf8) + content
        return bytes(UInt32(content.count)) + named + bytes(crc(named))
    }

    /// Blocks that are stored as they are.
    private static func zlib(_ data: Data) -> Data {
        var out = Data([0x78, 0x01])
        var at = 0
        repeat {
            let length = min(65_535, data.count - at)
            let isLast: UInt8 = at + length == data.count ? 1 : 0
            let low = UInt16(length)
            out += [isLast, UInt8(low & 255), UInt8(low >> 8), UInt8(~low & 255), UInt8(~low >> 8)]
            out += data[(data.startIndex + at)..<(data.startIndex + at + length)]
            at += length
        } while at < data.count
        return out + bytes(adler(data))
    }

    private static func bytes(_ number: UInt32) -> Data {
        Data([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) })
    }

    private static func crc(_ data: Data) -> UInt32 {
        ~data.reduce(~0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
    }

    private static func adler(_ data: Data) -> UInt32 {
        let (a, b) = data.reduce((UInt32(1), UInt32(0))) { sums, byte in
            let a = (sums.0 + UInt32(byte)) % 65_521
            return (a, (sums.1 + a) % 65_521)
        }
        return b << 16 | a
    }
}
