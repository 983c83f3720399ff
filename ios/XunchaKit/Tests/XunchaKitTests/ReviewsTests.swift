// 审核: what waits for the head, decided one at a time, while uploads go on.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct ReviewsTests {
    /// Runs with the head of a station whose volunteer inspected both venues.
    private func head(
        _ work: @MainActor (Hub, _ volunteer: Phone, _ desk: TestPhone, _ head: Phone) async throws -> Void
    ) async throws {
        try await enrolled { hub, test, phone in
            for place in [Place.cafe, Place.arcade] { try inspect(phone, at: place) }
            await phone.uploader.upload()
            let desk = TestPhone(in: test.folder.deletingLastPathComponent(), named: "head")
            try await work(hub, phone, desk, try await desk.enrol(at: hub, as: Person.head))
        }
    }

    private func inspect(_ phone: Phone, at place: String, finding item: ItemId? = nil) throws {
        let inspection = try phone.inspect(place)
        if let item {
            inspection.open(try #require(inspection.shown.page?.items.first { $0.item == item }))
            try inspection.press("no")
        }
        inspection.skipAll()
        inspection.finish()
    }

    @Test("The head approves and returns; without the hub nothing changes and it is said why")
    func reviews() async throws {
        try await head { hub, phone, desk, head in
            let model = ReviewsModel(head)
            #expect(model.shown.queue?.lines.count == 2)
            let first = try #require(model.shown.queue?.lines.first)
            hub.stop()
            await model.approve(first)
            #expect(model.shown.trouble?.cause == .core(.offline))
            #expect(model.shown.queue?.lines.count == 2)
            try hub.start()
            await model.approve(first)
            #expect(model.shown.trouble == nil)

            let second = try #require(model.shown.queue?.lines.first)
            model.beginReturning(second)
            await model.giveBack()
            #expect(model.shown.trouble?.cause == .core(.badText))
            #expect(model.shown.returning == second)
            model.write("请补一张入口标志的照片。")
            await model.giveBack()
            #expect(model.shown.returning == nil)
            #expect(model.shown.queue?.lines == [])

            await phone.uploader.upload()
            let record = RecordModel(phone, record: second.record)
            #expect(record.shown.page?.line.state.state == .returned)
        }
    }

    /// A decision that is on its way: the hub is silent until it is thawed.
    private func decide(
        on head: Phone, at hub: Hub
    ) async throws -> (model: ReviewsModel, line: ReviewLine, deciding: Task<Void, Never>) {
        let model = ReviewsModel(head)
        let line = try #require(model.shown.queue?.lines.first)
        hub.freeze()
        let deciding = Task { await model.approve(line) }
        // The core has it by then.
        try await Task.sleep(for: .milliseconds(300))
        return (model, line, deciding)
    }

    @Test("An upload that begins while the head decides waits, says so, and goes on by itself")
    func uploadWaits() async throws {
        try await head { hub, _, desk, head in
            let (model, line, deciding) = try await decide(on: head, at: hub)
            #expect(model.shown.asking == line.record)
            try inspect(head, at: Place.cafe)
            let record = try head.doneRecord()
            while !head.uploader.shown.isRunning { await Task.yield() }
            try await Task.sleep(for: .milliseconds(300))
            let uploading = head.uploader.shown
            #expect(uploading.isRunning && uploading.waitsInLine)
            #expect(uploading.told == [] && uploading.toldFirst == nil)
            #expect(desk.platform.wakes.last != .some(nil), "put away now, it is woken to go on")
            hub.thaw()
            await deciding.value
            #expect(model.shown.trouble == nil)
            for _ in 0..<500 where head.uploader.shown.isRunning {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try head.book.record(record: record).line.state.state == .received)
            #expect(!head.uploader.shown.waitsInLine)
            #expect(desk.platform.wakes.last == .some(nil), "nothing waits, nobody is woken")
        }
    }

    @Test("A background run that is cut short while the head's decision is on the line ends at once")
    func cutShort() async throws {
        try await head { hub, _, desk, head in
            let (model, line, deciding) = try await decide(on: head, at: hub)
            let run = Task { await head.uploader.uploadInBackground() }
            while !head.uploader.shown.isRunning { await Task.yield() }
            run.cancel()
            #expect(await run.value == false)
            #expect(model.shown.asking == line.record, "the decision goes on")
            #expect(head.uploader.shown.stuck?.cause == .core(.cancelled))
            #expect(desk.platform.wakes.last != .some(nil), "the platform may wake it again")
            hub.thaw()
            await deciding.value
            #expect(model.shown.trouble == nil)
        }
    }

    @Test("A decision that is made while another is on the line waits for it, and both are made")
    func twoAtOnce() async throws {
        try await head { hub, _, _, head in
            let model = ReviewsModel(head)
            let lines = try #require(model.shown.queue?.lines)
            hub.freeze()
            let first = Task { await model.approve(lines[0]) }
            try await Task.sleep(for: .milliseconds(300))
            let again = ReviewsModel(head)
            let second = Task { await again.approve(lines[1]) }
            try await Task.sleep(for: .milliseconds(300))
            #expect(again.shown.asking == lines[1].record)
            hub.thaw()
            await first.value
            await second.value
            #expect([model.shown.trouble, again.shown.trouble] == [nil, nil])
            #expect(try head.book.reviewQueue().lines == [])
        }
    }

    @Test(
        "What comes while the queue is looked at moves nothing: that it is there is said, and a tap shows it")
    func staysInPlace() async throws {
        try await head { _, phone, _, head in
            let model = ReviewsModel(head)
            let before = try #require(model.shown.queue?.lines)
            try inspect(phone, at: Place.cafe, finding: "wb_exit")
            await phone.uploader.upload()
            await head.uploader.upload()
            #expect(try head.book.reviewQueue().lines.first?.findings.map(\.severity) == [.s], "the gravest")
            #expect(model.shown.queue?.lines == before)
            #expect(model.shown.hasOthers)
            await model.approve(before[0])
            #expect(model.shown.queue?.lines == [before[1]], "not even by the head's own decision")
            #expect(model.shown.hasOthers)
            model.refresh()
            #expect(model.shown.queue?.lines.count == 2)
            #expect(model.shown.queue?.lines.last == before[1])
            #expect(!model.shown.hasOthers)
            #expect(ReviewsModel(head).shown.queue == model.shown.queue, "as when the page is opened")
        }
    }

    @Test("A tap in the moment in which a line goes is none: it meant another one")
    func settling() async throws {
        try await head { _, _, desk, head in
            let model = ReviewsModel(head)
            let lines = try #require(model.shown.queue?.lines)
            await model.approve(lines[0])
            desk.platform.isHasty = true
            await model.approve(lines[1])
            model.beginReturning(lines[1])
            #expect(model.shown.queue?.lines == [lines[1]])
            #expect(model.shown.returning == nil)
            desk.platform.isHasty = false
            await model.approve(lines[1])
            #expect(model.shown.queue?.lines == [])
        }
    }

    @Test("An answer that comes late closes no other record's reason")
    func lateAnswer() async throws {
        try await head { hub, _, _, head in
            let model = ReviewsModel(head)
            let lines = try #require(model.shown.queue?.lines)
            model.beginReturning(lines[0])
            model.write("请补一张入口标志的照片。")
            hub.freeze()
            let returning = Task { await model.giveBack() }
            while model.shown.asking == nil { await Task.yield() }
            model.leaveReason()
            model.beginReturning(lines[1])
            model.write("有几题没有查看")
            hub.thaw()
            await returning.value
            #expect(model.shown.trouble == nil)
            #expect(model.shown.queue?.lines == [lines[1]])
            #expect(model.shown.returning == lines[1])
            #expect(model.shown.reason == "有几题没有查看")
        }
    }

    @Test("A reason half written is there again for its record, and for no other one")
    func halfAReason() async throws {
        try await head { _, _, _, head in
            let model = ReviewsModel(head)
            let lines = try #require(model.shown.queue?.lines)
            model.beginReturning(lines[0])
            model.write("二楼没有")
            model.leaveReason()
            model.beginReturning(lines[1])
            #expect(model.shown.reason == "")
            model.leaveReason()
            model.beginReturning(lines[0])
            #expect(model.shown.reason == "二楼没有")
        }
    }

    @Test("No ready-made reason asks for what a correction keeps as it was")
    func usualReasons() async throws {
        try await enrolled(as: Person.head) { _, _, phone in
            for language in [Language.zhHans, .en] {
                phone.speak(language)
                let reasons = try #require(ReviewsModel(phone).shown.queue).usualReasons
                #expect(Set(reasons).count == 3)
                for word in ["位置", "时间", "position", "location", "time"] {
                    #expect(!reasons.contains { $0.contains(word) }, "\(word)")
                }
            }
        }
    }
}
