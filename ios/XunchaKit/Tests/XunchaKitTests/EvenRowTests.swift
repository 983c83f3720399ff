// Buttons side by side, as long as no word of theirs is broken.

import Foundation
import Testing

@testable import XunchaKit

struct EvenRowTests {
    @Test("A row wants room for its widest button as many times as it has buttons", arguments: [1, 2, 3])
    func room(count: Int) {
        // 我的记录 beside shorter ones: what they leave is of no use to it.
        let row = EvenRow(wanted: [168] + Array(repeating: 120, count: count - 1))
        #expect(row.width == CGFloat(count * 168 + (count - 1) * 12))
        #expect(row.share(of: row.width) == 168)
        #expect(row.share(of: row.width - 1) < 168)
    }

    @Test("They fill the row from end to end, a gap between two")
    func places() {
        let row = EvenRow(wanted: [10, 20])
        let share = row.share(of: 332)
        #expect(share == 160)
        #expect(row.middle(of: 0, in: 332) == 80)
        #expect(row.middle(of: 1, in: 332) == 252)
    }

    @Test("A row without anything, or without room, is no wider than nothing")
    func nothing() {
        #expect(EvenRow(wanted: []).width == 0)
        #expect(EvenRow(wanted: []).share(of: 100) == 0)
        #expect(EvenRow(wanted: [10, 10]).share(of: 5) == 0)
    }
}
