// What came of reading the position, in a line: it is never in the way.

import SwiftUI
import XunchaKit

struct NearLine: View {
    let near: Near

    var body: some View {
        if near.isLocating {
            Line(sign: "location", text: Text("正在找附近的场所，可以直接点。"))
        } else if near.located == .refused {
            Line(sign: "location.slash", color: .due, text: Text("没有允许定位，其他都能照常用。"))
        } else if near.located == .unwanted {
            Line(sign: "location.slash", text: Text("您选了不用定位。想用的话，请到“设置”里打开。"))
        } else if near.located == Located.none {
            Line(sign: "location.slash", color: .due, text: Text("没有收到定位，其他都能照常用。"))
        }
    }
}
