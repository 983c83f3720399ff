// An inspection on the screen: buttons, follow-up questions, words, photos, back and forth, the end.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct InspectionTests {
    @Test("It begins with the first question, in the core's words, with two or three buttons")
    func begins() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            #expect(model.shown.number == 1)
            #expect(model.item?.question == "场内有无疑似未成年人？")
            #expect(model.item?.choices.count == 2)
            #expect(model.item?.basis.isEmpty == false)
        }
    }

    @Test("Companions who were chosen go along")
    func companions() async throws {
        try await enrolled { _, _, phone in
            let choice = CompanionsModel(phone, venue: try phone.venue(Place.cafe))
            let companion = try #require(choice.shown.colleagues.first { $0.name == Person.companion })
            choice.toggle(companion.id)
            choice.toggle(companion.id)
            #expect(choice.shown.chosen == [])
            let model = try phone.inspect(with: [Person.companion])
            #expect(model.shown.page?.companions.map(\.name) == [Person.companion])
        }
    }

    @Test("An answer leads to the next question, and back shows what was answered")
    func backAndForth() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            try model.press("no")
            #expect(model.shown.number == 2)
            model.back()
            #expect(model.shown.number == 1)
            #expect(model.item?.answer?.answer == .choice(choice: "no", minors: nil))
            model.back()
            #expect(phone.way.shown == [], "from the first question back is home")
            #expect(try phone.book.home().drafts.count == 1, "and the inspection stays")
        }
    }

    @Test("Seen minors are asked for as a count and ages, and going back from there loses nothing")
    func minors() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            try model.press("yes")
            guard case .minors = model.shown.step else { throw Failure("\(model.shown.step)") }
            model.back()
            #expect(model.shown.number == 1)
            try model.press("yes")
            model.count(3)
            model.back()
            try model.press("yes")
            #expect(model.shown.minors.count == 3, "who reads the question once more counts on from there")
            model.toggle(.junior)
            model.toggle(.senior)
            model.toggle(.senior)
            model.dissuaded(true)
            model.confirmMinors()
            #expect(model.shown.number == 2)
            model.back()
            let seen = MinorsSeen(count: 3, bands: [.junior], dissuaded: true, inDanger: false)
            #expect(model.item?.answer?.answer == .choice(choice: "yes", minors: seen))
            try model.press("yes")
            #expect(model.shown.minors == MinorsForm(seen), "what was said before is filled in")
        }
    }

    @Test("Each question, its follow-up, the summary and the question whether to end is another part")
    func parts() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            let first = model.shown.step.part
            model.beginRemark()
            model.write(remark: "看了一楼")
            model.keepWords()
            model.showBasis(true)
            #expect(model.shown.step.part == first)
            try model.press("yes")
            let followUp = model.shown.step.part
            model.count(3)
            model.refresh()
            #expect(model.shown.step.part == followUp)
            model.confirmMinors()
            var parts = [first, followUp, model.shown.step.part]
            while model.item != nil {
                model.notLooked()
                parts.append(model.shown.step.part)
            }
            model.askToDiscard()
            parts.append(model.shown.step.part)
            #expect(Set(parts).count == parts.count)
            model.back()
            #expect(model.shown.step.part == .summary)
        }
    }

    @Test("Whoever saw minors saw one at least, and no button counts below that or beyond all counting")
    func oneAtLeast() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            try model.press("yes")
            model.oneFewer()
            #expect(model.shown.minors.count == 1)
            model.oneMore()
            model.oneMore()
            model.oneFewer()
            #expect(model.shown.minors.count == 2)
            model.count(.max)
            model.oneMore()
            #expect(model.shown.minors.count == .max)
        }
    }

    @Test("From any question and from the summary one tap leads home, and the inspection stays as it is")
    func putAside() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            try model.press("no")
            model.notLooked()
            model.beginRemark()
            model.write(remark: "前台没有人")
            model.putAside()
            #expect(phone.way.shown == [])
            let draft = try #require(HomeModel(phone).shown.page?.drafts.first)
            HomeModel(phone).resume(draft)
            let again = InspectionModel(phone, draft: model.draft)
            #expect(again.shown.number == 3)
            #expect(again.item?.note == "前台没有人")
            again.summarise()
            again.putAside()
            #expect(phone.way.shown == [])
        }
    }

    @Test("What cannot be kept keeps one in the inspection, with the words")
    func notPutAside() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            let open = phone.way.shown
            model.beginRemark()
            model.write(remark: String(repeating: "很", count: 5_000))
            model.putAside()
            #expect(phone.way.shown == open)
            #expect(model.shown.trouble?.cause == .core(.badText))
        }
    }

    @Test("A count that the core does not take is told, and the question stays")
    func noCount() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            try model.press("yes")
            model.count(0)
            model.confirmMinors()
            #expect(model.shown.trouble?.cause == .core(.minorsNeeded))
            guard case .minors = model.shown.step else { throw Failure("\(model.shown.step)") }
            model.dismissTrouble()
            #expect(model.shown.trouble == nil)
            model.confirmMinors()
            model.count(2)
            model.confirmMinors()
            #expect(model.shown.number == 2)
            #expect(model.shown.trouble == nil, "the next question has none of it")
        }
    }

    @Test("The summary shows what was skipped; a question opened there leads back there")
    func summary() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            try model.press("no")
            model.skipAll()
            #expect(model.shown.step == .summary)
            let total = try #require(model.shown.page?.items.count)
            #expect(model.shown.skipped.count == total - 1)
            model.open(model.shown.skipped[0])
            #expect(model.shown.number == 2)
            model.back()
            #expect(model.shown.step == .summary, "whichever way one leaves it")
            model.open(model.shown.skipped[0])
            model.forward()
            #expect(model.shown.step == .summary)
            model.open(model.shown.skipped[0])
            try model.press("yes")
            #expect(model.shown.step.part == .photo("wb_sign"))
            model.forward()
            #expect(model.shown.step == .summary)
            #expect(model.shown.skipped.count == total - 2)
            model.back()
            #expect(model.shown.number == total, "back from the summary is the last question")
        }
    }

    @Test("On without an answer leaves every answer as it was, and ends in the summary")
    func forward() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            try model.press("no")
            model.back()
            let total = try #require(model.shown.page?.items.count)
            for number in 1...total {
                #expect(model.shown.number == number)
                model.forward()
            }
            #expect(model.shown.step == .summary)
            #expect(
                model.shown.page?.items.map { $0.answer != nil } == [true]
                    + repeatElement(false, count: total - 1))
        }
    }

    @Test("At an arcade the kind of day is shown with the question")
    func dayType() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect(Place.arcade)
            #expect(model.item?.dayType?.isEmpty == false)
        }
    }

    @Test("The question is read aloud with its buttons when that is set, and only once")
    func aloud() async throws {
        try await enrolled { _, test, phone in
            phone.preferences.readsAloud = true
            let model = try phone.inspect()
            #expect(test.platform.spoken == ["场内有无疑似未成年人？\n没有\n有"])
            model.refresh()
            #expect(test.platform.spoken.count == 1)
            model.readAloud()
            #expect(test.platform.spoken.count == 2)
        }
    }

    @Test("What is asked about minors is read aloud when that is set, once, and on a tap")
    func minorsAloud() async throws {
        try await enrolled { _, test, phone in
            phone.preferences.readsAloud = true
            let model = try phone.inspect()
            try model.press("yes")
            let asked = "大约看到几个？\n大概多大？可以选几个，看不出就不选\n后来怎么样？\n已劝离\n有孩子处于危险"
            #expect(Array(test.platform.spoken.dropFirst()) == [asked])
            model.count(2)
            model.toggle(.junior)
            #expect(test.platform.spoken.count == 2, "nobody is talked over")
            model.confirmMinors()
            #expect(test.platform.spoken.count == 3 && test.platform.spoken.last?.contains("未成年人禁入") == true)

            phone.preferences.readsAloud = false
            phone.speak(.en)
            model.back()
            try model.press("yes")
            #expect(test.platform.spoken.count == 3)
            model.readAloud()
            #expect(test.platform.spoken.last?.hasPrefix("About how many?") == true)
        }
    }

    @Test("What is asked of a choice that means no danger is read without it")
    func arcadeMinorsAloud() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect(Place.arcade)
            let yes = try #require(model.item?.choices.first { $0.asksMinors })
            model.choose(yes)
            model.readAloud()
            #expect(test.platform.spoken.last?.contains("危险") == yes.asksDanger)
        }
    }

    @Test("The law behind a question is one tap away and gone with the next question")
    func basis() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            model.showBasis(true)
            #expect(model.shown.showsBasis)
            try model.press("no")
            #expect(!model.shown.showsBasis)
        }
    }

    @Test("After an answer that wants a photo it is asked for; without one, or with it, one goes on")
    func asksForPhoto() async throws {
        try await enrolled { _, test, phone in
            phone.preferences.readsAloud = true
            let model = try phone.inspect()
            try model.press("no")
            try model.press("no")
            #expect(model.shown.step.part == .photo("wb_sign"))
            #expect(model.shown.number == 2)
            #expect(test.platform.spoken.last == "要不要拍一张照片？")
            model.refresh()
            #expect(model.shown.step.part == .photo("wb_sign"), "an upload that gets on changes nothing")
            model.back()
            #expect(model.item?.answer?.answer == .choice(choice: "no", minors: nil), "the answer is kept")
            try model.press("no")
            model.forward()
            #expect(model.shown.number == 3)

            model.back()
            try model.press("yes")
            try test.willTake(Picture.png(side: 40))
            await model.takePhoto()
            #expect(model.shown.step.part == .photo("wb_sign"), "another one can be taken")
            #expect(model.shown.page?.photos.map(\.item) == ["wb_sign"])
            model.forward()
            #expect(model.shown.number == 3)
            model.back()
            try model.press("no")
            #expect(model.shown.number == 3, "there is one: nobody is asked again")
        }
    }

    @Test("Who did not look at a question is asked for no photo of it")
    func asksForNoPhoto() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            try model.press("no")
            model.notLooked()
            #expect(model.shown.number == 3)
        }
    }

    @Test("A phone without a voice says so, and the question stays")
    func noVoice() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            test.platform.hasVoice = false
            model.readAloud()
            #expect(model.shown.trouble?.cause == .noVoice)
            #expect(model.shown.number == 1)
        }
    }

    @Test("A photo belongs to its question, and can be taken out again")
    func photo() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            try model.press("no")
            try test.willTake(Picture.png(side: 40))
            await model.takePhoto()
            let file = try #require(test.platform.lastPicture)
            #expect(model.shown.trouble == nil)
            #expect(!FileManager.default.fileExists(atPath: file.path), "the camera's own file is gone")
            let photo = try #require(model.shown.page?.photos.first)
            #expect(photo.item == model.item?.item)
            let view = try #require(await model.look(at: photo))
            #expect(
                try Data(contentsOf: view).prefix(2) == Data([0xFF, 0xD8]), "it can be looked at: a JPEG")
            #expect(model.shown.number == 2, "the question stays")
            model.remove(photo)
            #expect(model.shown.page?.photos == [photo], "it is asked once more")
            model.back()
            model.forward()
            model.remove(photo)
            #expect(model.shown.page?.photos == [photo], "who went on did not mean it")
            model.remove(photo)
            #expect(model.shown.page?.photos == [])
        }
    }

    @Test(
        "While a photo is being saved the inspection neither ends nor is left, and then the photo belongs to it"
    )
    func slowPhoto() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            let open = phone.way.shown
            try test.willTake(Picture.png(side: 900))
            let taking = Task { await model.takePhoto() }
            while !model.shown.takesPhoto { await Task.yield() }
            model.back()
            #expect(phone.way.shown == open, "from the first question back would lead out")
            model.summarise()
            model.finish()
            model.discard()
            #expect(phone.way.shown == open)
            #expect(model.shown.takesPhoto, "all of that before it was saved")
            await taking.value
            model.finish()
            #expect(try phone.book.record(record: phone.doneRecord()).photos.count == 1)
        }
    }

    @Test("完成 leads to the done screen, where it is saved on this phone")
    func finishes() async throws {
        try await enrolled { hub, _, phone in
            hub.stop()
            let model = try phone.inspect()
            try model.press("no")
            model.skipAll()
            model.finish()
            let done = DoneModel(phone, record: try phone.doneRecord())
            #expect(
                done.shown.page?.line.state.state == .waiting || done.shown.page?.line.state.state == .sending
            )
            #expect(done.shown.receipt == nil)
            #expect(try phone.book.home().drafts == [])
            model.finish()
            #expect(try phone.book.outbox().recordsWaiting == 1, "pressed twice is one record")
        }
    }

    @Test("An inspection that was given up is gone, and home is shown")
    func discards() async throws {
        try await enrolled { _, _, phone in
            let model = try phone.inspect()
            model.summarise()
            model.askToDiscard()
            model.refresh()
            #expect(model.shown.step == .discarding)
            model.back()
            #expect(model.shown.step == .summary, "who taps on it by mistake goes back")
            model.discard()
            #expect(phone.way.shown == [])
            #expect(try phone.book.home().drafts == [])
            model.refresh()
            #expect(model.shown.trouble == nil, "nobody is told of what they did themselves")
            #expect(InspectionModel(phone, draft: model.draft).shown.trouble?.cause == .core(.notFound))
        }
    }
}
