// Records made on this phone, the latest first.

import SwiftUI
import XunchaCore
import XunchaKit

struct HistoryScreen: View {
    @StateObject private var model: HistoryModel

    init(_ phone: Phone) {
        _model = StateObject(wrappedValue: HistoryModel(phone))
    }

    var body: some View {
        Page(title: Text("我的记录"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            if model.shown.lines.isEmpty { Text("还没有记录。").sized() }
            ForEach(model.shown.lines, id: \.record) { line in
                CardButton(action: { model.open(line.record) }) { StateCard(line: line) }
            }
            if model.shown.hasMore {
                BigButton(Text("再看更早的"), sign: "chevron.down", isQuiet: true, action: model.more)
            }
        }
        .onAppear { model.refresh() }
    }
}

struct HistoryScreen_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView {
            ForEach(RecordLine.samples, id: \.record) { line in
                CardButton(action: {}) { StateCard(line: line) }
            }
        }
    }
}
