// What is written in an inspection: kept while it is written, erased where it is erased, lost nowhere.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct WordsTests {
    @Test("The last question is answered in words, kept while they are written")
    func words() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            model.open(try #require(model.shown.page?.items.last))
            #expect(model.item?.takesText == true)
            model.write("业主很配合")
            model.keepWords()
            let (_, after) = try test.killed()
            let again = InspectionModel(after, draft: model.draft)
            #expect(again.shown.words == "业主很配合")
            again.confirmWords()
            #expect(again.shown.step == .summary)
            #expect(again.shown.page?.items.last?.answerText == "业主很配合")
        }
    }

    @Test("Words are kept by themselves when the writing pauses")
    func pause() async throws {
        try await enrolled { _, test, phone in
            test.platform.waits = true
            let model = try phone.inspect()
            model.open(try #require(model.shown.page?.items.last))
            model.write("业主")
            model.write("业主很配合")
            for _ in 0..<500 where InspectionModel(phone, draft: model.draft).shown.words != "业主很配合" {
                try await Task.sleep(for: .milliseconds(20))
            }
            let (_, after) = try test.killed()
            #expect(InspectionModel(after, draft: model.draft).shown.words == "业主很配合")
        }
    }

    @Test("Words that were erased are gone from the disk too, and the question was not looked at")
    func erased() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            model.open(try #require(model.shown.page?.items.last))
            model.write("写错了")
            model.keepWords()
            model.write(" ")
            model.keepWords()
            let (_, after) = try test.killed()
            let again = InspectionModel(after, draft: model.draft)
            #expect(again.shown.words == "")
            #expect(again.item?.answer?.answer == .notLooked)
            model.confirmWords()
            #expect(model.shown.page?.items.last?.answer?.answer == .notLooked)
        }
    }

    @Test("Words that the core does not take are told, and stay on the screen whichever way one goes")
    func tooManyWords() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            let last = try #require(model.shown.page?.items.last)
            model.open(last)
            let words = String(repeating: "很", count: 5_000)
            model.write(words)
            for leave in [model.back, model.summarise, model.forward, model.confirmWords] {
                leave()
                #expect(model.shown.trouble?.cause == .core(.badText))
                #expect(model.item?.item == last.item)
                #expect(model.shown.words == words)
            }
        }
    }

    @Test("Each tap that is in vain is told anew, and what nobody tapped for only once")
    func toldAnew() async throws {
        try await enrolled { _, test, phone in
            test.platform.waits = true
            let model = try phone.inspect()
            model.open(try #require(model.shown.page?.items.last))
            model.write(String(repeating: "很", count: 5_000))
            model.confirmWords()
            let first = try #require(model.shown.trouble)
            model.confirmWords()
            let second = try #require(model.shown.trouble)
            #expect(second.cause == first.cause)
            #expect(second != first, "the screen is told of it")

            model.write(String(repeating: "很", count: 5_001))
            try await Task.sleep(for: .milliseconds(500))
            model.refreshUnasked()
            #expect(model.shown.trouble == second)
            model.dismissTrouble()
            model.write(String(repeating: "很", count: 5_002))
            for _ in 0..<500 where model.shown.trouble == nil {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(model.shown.trouble?.cause == first.cause, "it was kept in vain, and is told")
        }
    }

    @Test("An upload that gets on while a page cannot be read tells it once")
    func toldOnce() async throws {
        try await enrolled { _, _, phone in
            let model = VenueModel(phone, venue: "no id at all")
            let told = try #require(model.shown.trouble)
            await phone.uploader.upload()
            #expect(model.shown.trouble == told)
            model.refresh()
            #expect(model.shown.trouble != told, "it was looked at again")
        }
    }

    @Test("A question without words is one that was not looked at")
    func noWords() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            model.open(try #require(model.shown.page?.items.last))
            model.confirmWords()
            #expect(model.shown.page?.items.last?.answer?.answer == .notLooked)
        }
    }

    @Test("A remark stays with the answer and with the question on the screen")
    func remark() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            try model.press("no")
            model.back()
            model.beginRemark()
            model.write(remark: "看了一楼")
            model.confirmRemark()
            #expect(model.shown.remark == nil)
            #expect(model.shown.number == 1)
            #expect(
                model.item?.answer
                    == ItemAnswer(item: "wb_minor", answer: .choice(choice: "no", minors: nil), note: "看了一楼"))
            try model.press("no")
            model.back()
            #expect(model.item?.answer?.note == "看了一楼", "answering again keeps it")
            model.beginRemark()
            #expect(model.shown.remark == "看了一楼", "it can be changed")
            model.write(remark: "")
            model.confirmRemark()
            #expect(model.item?.answer?.note == nil)
        }
    }

    @Test("A remark half written is kept when the app leaves the screen, and goes along with another answer")
    func halfARemark() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            try model.press("no")
            model.back()
            model.beginRemark()
            model.write(remark: "前台没有人")
            model.keepWords()
            #expect(model.shown.remark == "前台没有人", "the field stays open")
            let (_, after) = try test.killed()
            let again = InspectionModel(after, draft: model.draft)
            #expect(again.shown.number == 1)
            #expect(again.item?.answer?.note == "前台没有人")
            again.beginRemark()
            again.write(remark: "前台没有人，等了一会儿")
            again.notLooked()
            again.back()
            #expect(again.item?.answer?.note == "前台没有人，等了一会儿")
        }
    }

    @Test("A remark to a question without an answer waits for one, and makes it none that was not looked at")
    func remarkFirst() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            model.beginRemark()
            model.write(remark: "前台没有人")
            model.forward()
            #expect(model.shown.page?.answered == 0)
            let (_, after) = try test.killed()
            let again = InspectionModel(after, draft: model.draft)
            again.back()
            #expect(again.item?.note == "前台没有人")
            try again.press("no")
            again.back()
            let whole = ItemAnswer(
                item: "wb_minor", answer: .choice(choice: "no", minors: nil), note: "前台没有人")
            #expect(again.item?.answer == whole)
        }
    }
}
