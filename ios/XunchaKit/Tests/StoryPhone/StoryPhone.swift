// One phone of a story: its clock, its random numbers and, while it is on, its book.

import Foundation
import XunchaCore

@MainActor
final class StoryPhone {
    private let clock = StoryClock()
    private var entropy: StoryEntropy?
    private var book: FieldBook?

    var drawn: UInt64 { entropy?.drawn ?? 0 }

    func perform(_ order: Order) async throws -> [String: Json] {
        clock.set(now: order.now, uptime: order.uptime)
        switch order.deed {
        case "open":
            let played = StoryEntropy(
                seed: try given(order.seed, "seed"), drawn: try given(order.drawn, "drawn"))
            entropy = played
            book = try openBook(
                dir: given(order.data, "data"), vault: FolderVault(given(order.vault, "vault")), clock: clock,
                entropy: played)
            return [:]
        case "close":
            book = nil
            return [:]
        default:
            return try await act(order, on: given(book, "an open book"))
        }
    }

    private func act(_ order: Order, on book: FieldBook) async throws -> [String: Json] {
        let fix = try order.fix?.fix(at: order.now)
        switch order.deed {
        case "enrol":
            _ = try await book.enrol(
                card: given(order.card, "card"), platform: .cli, label: given(order.label, "label"))
            return [:]
        case "start":
            let draft = try book.start(
                venue: given(order.venue, "venue"), companions: given(order.with, "with"), fix: fix)
            return ["draft": .text(draft)]
        case "correct":
            return ["draft": .text(try book.correct(record: given(order.record, "record")))]
        case "answer":
            let answer = ItemAnswer(
                item: try given(order.item, "item"), answer: try given(order.answer, "answer").answer(),
                note: order.note)
            try book.answer(draft: given(order.draft, "draft"), answer: answer)
            return [:]
        case "photo":
            _ = try book.addPhoto(
                draft: given(order.draft, "draft"), file: given(order.file, "file"), item: order.item)
            return [:]
        case "finish":
            return ["record": .text(try book.finish(draft: given(order.draft, "draft")).record)]
        case "check_in":
            let saved = try book.checkIn(
                venue: given(order.venue, "venue"), fix: fix, placard: nil, note: order.note)
            return ["record": .text(saved.record)]
        case "sync":
            return see(try await book.sync(observer: nil))
        case "hand_over":
            _ = try await book.handOver(to: given(order.file, "file"))
            return [:]
        case "take_answer":
            return see(try await book.takeAnswer(from: given(order.file, "file")).report)
        case "report":
            let program = Program(
                version: try given(order.version, "version"), system: try given(order.system, "system"))
            return ["report": .text(code(of: try book.report(program: program).state))]
        case "look_at":
            return try await lookAt(given(order.record, "record"), at: book)
        default:
            return try look(order, at: book)
        }
    }

    private func lookAt(_ record: String, at book: FieldBook) async throws -> [String: Json] {
        let page = try await book.recordToReview(record: record)
        var photos: UInt64 = 0
        for photo in page.photos where photo.canBeSeen {
            photos += try await book.photoToReview(record: record, photo: photo.id).isEmpty ? 0 : 1
        }
        let answers = (page.content?.answers ?? []).map { ($0.item, Json.text($0.answer)) }
        return [
            "waits": .flag(page.waits), "answers": .object(Dictionary(uniqueKeysWithValues: answers)),
            "findings": found(page.line.findings), "photos": .number(photos),
        ]
    }

    private func look(_ order: Order, at book: FieldBook) throws -> [String: Json] {
        switch order.deed {
        case "record":
            return see(try book.record(record: given(order.record, "record")))
        case "draft":
            return see(try book.draft(draft: given(order.draft, "draft")))
        case "outbox":
            let page = try book.outbox()
            return [
                "records_waiting": .number(page.recordsWaiting),
                "photos_waiting": .number(page.photosWaiting),
            ]
        case "status":
            let status = try book.status()
            return [
                "device": .optional(status.enrolled?.device),
                "notices": .texts(status.notices.map { code(of: $0.code) }),
            ]
        case "settings":
            let report = try book.settings().report
            return ["report": .optional(report.map { code(of: $0.state) })]
        case "coverage":
            let page = try book.coverage(month: given(order.month, "month"))
            let venues = page.lines.map(\.venue).map { line in (line.venue, Json.object(see(line))) }
            return ["venues": .object(Dictionary(uniqueKeysWithValues: venues))]
        case "time":
            return try time(given(order.times, "times")) {
                _ = try book.coverage(month: given(order.month, "month"))
            }
        default:
            throw Unknown(what: "deed \(order.deed)")
        }
    }
}

private func see(_ report: SyncReport) -> [String: Json] {
    ["alerts": .texts(report.alerts.map { $0.code() }), "stuck": .optional(report.stuck?.text())]
}

private func found(_ findings: [FindingLine]) -> Json {
    .object(Dictionary(uniqueKeysWithValues: findings.map { ($0.item, .text(code(of: $0.severity))) }))
}

private func see(_ page: RecordPage) -> [String: Json] {
    let findings = page.content.map { content in found(content.findings) }
    return [
        "state": .text(code(of: page.line.state.state)), "text": .text(page.line.state.text),
        "findings": findings ?? .null, "grade": .optional(page.content.map { code(of: $0.evidence.grade) }),
    ]
}

private func see(_ page: DraftPage) -> [String: Json] {
    var answered: [String: Json] = [:]
    for item in page.items {
        switch item.answer?.answer {
        case .choice(let choice, _): answered[item.item] = .text(choice)
        case .text(let text): answered[item.item] = .text(text)
        case .notLooked, nil: break
        }
    }
    return ["item": .optional(page.current), "answered": .object(answered)]
}

private func see(_ line: VenueLine) -> [String: Json] {
    [
        "state": .text(code(of: line.state)), "counted": .number(line.counted),
        "required": .number(UInt64(line.required)), "last_day": .optional(line.lastDay),
    ]
}

/// How long a call takes, in nanoseconds: the median of many.
private func time(_ times: Int, _ call: () throws -> Void) throws -> [String: Json] {
    let clock = ContinuousClock()
    var took = try (0..<max(times, 1)).map { _ in try clock.measure(call) }
    took.sort()
    let median = took[took.count / 2].components
    return [
        "median": .number(UInt64(median.seconds) * 1_000_000_000 + UInt64(median.attoseconds / 1_000_000_000))
    ]
}
