// A finger that trembles, or is on its way down while the page becomes another: nobody answers what they did not
// read.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct TremblingTests {
    @Test("Two taps in the same moment give one answer and pass one page")
    func trembling() async throws {
        try await enrolled { _, test, phone in
            let finger = test.platform
            func twice(_ tap: () throws -> Void) rethrows {
                finger.isHasty = false
                _ = finger.now()
                finger.isHasty = true
                try tap()
                try tap()
            }
            let venue = VenueModel(phone, venue: try phone.venue(Place.cafe))
            finger.isHasty = true
            venue.start()
            #expect(phone.way.shown == [], "it is there for a moment only")
            twice(venue.start)
            #expect(phone.way.shown == [.companions(venue.venue)])
            let choice = CompanionsModel(phone, venue: venue.venue)
            choice.begin()
            #expect(phone.way.shown == [.companions(venue.venue)])
            finger.isHasty = false
            choice.begin()
            finger.isHasty = true
            guard case .inspection(let draft) = phone.way.shown.last else {
                throw Failure("\(phone.way.shown)")
            }
            let model = InspectionModel(phone, draft: draft)
            model.forward()
            try model.press("no")
            #expect(model.shown.number == 1 && model.item?.answer == nil, "nobody has read it yet")

            try twice { try model.press("no") }
            #expect(model.shown.number == 2)
            twice(model.notLooked)
            #expect(model.shown.number == 3)
            twice(model.forward)
            #expect(model.shown.number == 4)
            twice(model.back)
            #expect(model.shown.number == 3)
            #expect(model.shown.page?.items.map { $0.answer != nil }.filter { $0 }.count == 2)
            twice(model.summarise)
            twice {
                model.askToDiscard()
                model.discard()
            }
            #expect(model.shown.step == .discarding)
            twice(model.back)
            model.finish()
            #expect(model.shown.step == .summary)
            finger.isHasty = false
            model.finish()
            finger.isHasty = true
            let done = DoneModel(phone, record: try phone.doneRecord())
            done.close()
            #expect(phone.way.shown == [.done(done.record)])
        }
    }

    @Test("Where taps on one page follow each other fast each one counts, but for the one that takes away")
    func counting() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            try test.willTake(Picture.png(side: 40))
            await model.takePhoto()
            let photo = try #require(model.shown.page?.photos.first)
            test.platform.isHasty = true
            model.remove(photo)
            model.remove(photo)
            #expect(model.shown.page?.photos == [photo])
            test.platform.isHasty = false
            try model.press("yes")
            test.platform.isHasty = true
            model.oneMore()
            model.oneMore()
            #expect(model.shown.minors.count == 3)
            model.confirmMinors()
            #expect(model.shown.step.part == .minors("wb_minor"))
        }
    }
}
