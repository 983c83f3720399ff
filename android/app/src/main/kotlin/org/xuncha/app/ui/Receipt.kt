package org.xuncha.app.ui

import android.view.Gravity
import android.view.View
import android.widget.LinearLayout
import org.xuncha.app.R

/** The number of a verified receipt, to be read out or scanned at the station. */
fun Kit.receiptCard(number: String): View {
    val code = image(qr(number), QR, string(R.string.receipt_qr, number))
    (code.layoutParams as LinearLayout.LayoutParams).gravity = Gravity.CENTER_HORIZONTAL
    val words = text(number, scale = 1.3f, bold = true).apply { gravity = Gravity.CENTER }
    return card(softText(string(R.string.receipt_number)).apply { gravity = Gravity.CENTER }, words, code)
}

private const val QR = 168
