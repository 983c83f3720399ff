// What a story asks and what it is told, as JSON.

import Foundation
import XunchaCore

/// One deed, with everything that any of them has.
struct Order: Decodable {
    let phone: String
    let now: Int64
    let uptime: Int64
    let deed: String
    let data: String?
    let vault: String?
    let seed: UInt64?
    let drawn: UInt64?
    let card: String?
    let label: String?
    let venue: String?
    let with: [String]?
    let fix: GivenFix?
    let draft: String?
    let record: String?
    let item: String?
    let answer: GivenAnswer?
    let file: String?
    let note: String?
    let month: String?
    let times: Int?
    let version: String?
    let system: String?

    enum CodingKeys: String, CodingKey {
        case phone, now, uptime, data, vault, seed, drawn, card, label, venue, with, fix, draft, record, item
        case answer, file, note, month, times, version, system
        case deed = "do"
    }
}

/// A reading of the position.
struct GivenFix: Decodable {
    struct Raw: Decodable {
        let datum: String
        let lat: Double
        let lon: Double
    }

    let raw: Raw
    let accuracy: Double
    let provider: String
    let mock: Bool

    func fix(at now: Int64) throws -> Fix {
        Fix(
            raw: RawPosition(
                datum: try named(raw.datum, [.wgs84, .gcj02, .bd09]), lat: raw.lat, lon: raw.lon),
            accuracy: accuracy, provider: try named(provider, [.gnss, .network, .fused, .manual]),
            takenAt: now,
            mock: mock)
    }
}

/// An answer.
struct GivenAnswer: Decodable {
    struct Minors: Decodable {
        let count: UInt16
        let bands: [String]?
        let dissuaded: Bool
        let inDanger: Bool

        enum CodingKeys: String, CodingKey {
            case count, bands, dissuaded
            case inDanger = "in_danger"
        }
    }

    let kind: String
    let text: String?
    let choice: String?
    let minors: Minors?

    func answer() throws -> Answer {
        switch kind {
        case "not_looked": return .notLooked
        case "text": return .text(text: try given(text, "text"))
        case "choice":
            let seen = try minors.map { minors in
                MinorsSeen(
                    count: minors.count,
                    bands: try (minors.bands ?? []).map { try named($0, [.primary, .junior, .senior]) },
                    dissuaded: minors.dissuaded, inDanger: minors.inDanger)
            }
            return .choice(choice: try given(choice, "choice"), minors: seen)
        default: throw Unknown(what: "answer \(kind)")
        }
    }
}

/// The answer to an order.
struct Told: Encodable {
    var ok: [String: Json]?
    var refused: Refusal?
    var drawn: UInt64 = 0
}

/// The book did not do it.
struct Refusal: Encodable {
    let code: String
    let detail: String
}

/// A value of JSON.
enum Json: Encodable {
    case null
    case text(String)
    case number(UInt64)
    case flag(Bool)
    case list([Json])
    case object([String: Json])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        case .list(let list): try container.encode(list)
        case .object(let object): try container.encode(object)
        }
    }

    static func optional(_ text: String?) -> Json { text.map { .text($0) } ?? .null }
    static func texts(_ texts: [String]) -> Json { .list(texts.map { .text($0) }) }
}

/// The story asks for something that this phone does not know.
struct Unknown: Error {
    let what: String
}

/// What an order must have.
func given<T>(_ value: T?, _ name: String) throws -> T {
    guard let value else { throw Unknown(what: "an order without \(name)") }
    return value
}

/// The value of an enum by its name.
func named<T>(_ name: String, _ values: [T]) throws -> T {
    guard let value = values.first(where: { code(of: $0) == name }) else { throw Unknown(what: name) }
    return value
}

/// The name of an enum's value as it travels: `onSite` is `on_site`.
func code<T>(of value: T) -> String {
    String(describing: value).reduce(into: "") { text, letter in
        text += letter.isUppercase ? "_\(letter.lowercased())" : String(letter)
    }
}
