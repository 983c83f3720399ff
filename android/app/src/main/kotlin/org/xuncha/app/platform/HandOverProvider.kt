package org.xuncha.app.platform

import android.content.Context
import android.net.Uri
import android.os.ParcelFileDescriptor
import java.io.File

/** Lets the app that was chosen read the one file that is handed over. */
class HandOverProvider : GrantingProvider(outgoing, TYPE) {
    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor {
        if (mode != "r") throw SecurityException("it may only be read")
        return super.openFile(uri, mode)
    }

    companion object {
        const val TYPE = "application/octet-stream"
        private val outgoing = GrantedFolder("org.xuncha.app.handed-over") { File(it.cacheDir, "handed-over") }

        /** Where a file of this name is written; an earlier one goes. */
        fun newFile(context: Context, name: String): File {
            clear(context)
            return File(outgoing.of(context).apply { mkdirs() }, name)
        }

        /** Its answer is here, or all of it went by the network: nobody needs it any more. */
        fun clear(context: Context) {
            outgoing.of(context).deleteRecursively()
        }

        /** The same, unless the file [isNeeded] still. */
        fun clearUnless(context: Context, isNeeded: (File) -> Boolean) {
            if (outgoing.of(context).listFiles().orEmpty().none(isNeeded)) clear(context)
        }

        fun uriOf(file: File): Uri = outgoing.uriOf(file)
    }
}
