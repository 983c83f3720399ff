// After 完成: saved on this phone, then uploading, then received with the receipt's number and its QR.

import SwiftUI
import XunchaCore
import XunchaKit

struct DoneScreen: View {
    @StateObject private var model: DoneModel

    init(_ phone: Phone, record: RecordId) {
        _model = StateObject(wrappedValue: DoneModel(phone, record: record))
    }

    var body: some View {
        Page(title: Text("完成了"), back: .none, trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            if let page = model.shown.page { DoneContent(page: page, receipt: model.shown.receipt) }
        } footer: {
            BigButton(Text("回首页"), sign: "house", action: model.close)
        }
        .onAppear { model.refresh() }
    }
}

struct DoneContent: View {
    let page: RecordPage
    var receipt: Receipt?

    var body: some View {
        StateCard(line: page.line)
        if let receipt {
            Card {
                Text("回执号").sized()
                Text(verbatim: receipt.number).sized(.title)
                Text("可以给站长看，也可以扫。").sized(.small)
                QrPicture(qr: receipt.qr)
            }
        }
        if let content = page.content {
            ForEach(content.findings, id: \.item) { finding in FindingCard(finding: finding) }
            EvidenceCard(evidence: content.evidence)
        }
    }
}

/// How well the place is proven, and why.
struct EvidenceCard: View {
    let evidence: EvidenceLine

    var body: some View {
        Card {
            Line(sign: "location", text: Text(verbatim: evidence.label))
            ForEach(evidence.reasons, id: \.self) { reason in Text(verbatim: reason).sized(.small) }
        }
    }
}

/// Where a record stands, honestly.
struct StateCard: View {
    let line: RecordLine

    var body: some View {
        Card {
            Text(verbatim: line.venueName).sized(.title)
            if line.isCorrection { CorrectionLine() }
            Text(verbatim: [line.kindLabel, line.when].joined(separator: " · ")).sized()
            Line(
                sign: line.state.state.sign, color: line.state.state.color,
                text: Text(verbatim: line.state.text),
                step: .strong)
            if let note = line.state.note { Text(verbatim: note).sized() }
            if let note = line.photosNote { Line(sign: "photo", text: Text(verbatim: note)) }
        }
    }
}

struct DoneScreen_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView { DoneContent(page: .sample) }
    }
}
