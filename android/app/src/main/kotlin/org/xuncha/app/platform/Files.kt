package org.xuncha.app.platform

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.Intent
import android.net.Uri
import java.io.File

/** Gives a file to another app and takes one from the phone's own choice of files: no permission for either. */
class Files(private val activity: Activity) {
    /** Offers the apps that take a file; false if this phone has none. */
    fun send(file: File): Boolean {
        val uri = HandOverProvider.uriOf(file)
        val send = Intent(Intent.ACTION_SEND).setType(HandOverProvider.TYPE).putExtra(Intent.EXTRA_STREAM, uri).apply {
            // Flags reach only what is in the clip.
            clipData = ClipData.newRawUri(null, uri)
            addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
        }
        return try {
            activity.startActivity(Intent.createChooser(send, null))
            true
        } catch (_: ActivityNotFoundException) {
            false
        }
    }

    /** Opens the choice of files; false if this phone has none. */
    fun choose(): Boolean {
        val choice = Intent(Intent.ACTION_OPEN_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE).setType("*/*")
        return try {
            @Suppress("DEPRECATION")
            activity.startActivityForResult(choice, REQUEST)
            true
        } catch (_: ActivityNotFoundException) {
            false
        }
    }

    /** What came back: what was chosen, or none if the user went back. */
    fun take(request: Int, result: Int, data: Intent?, then: (Uri?) -> Unit) {
        if (request == REQUEST) then(data?.data?.takeIf { result == Activity.RESULT_OK })
    }

    private companion object {
        const val REQUEST = 3
    }
}
