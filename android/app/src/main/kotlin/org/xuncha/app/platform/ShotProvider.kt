package org.xuncha.app.platform

import android.content.Context
import android.net.Uri
import java.io.File

/** Lets the camera, and nobody else, write a photo into a file of ours in the cache. */
class ShotProvider : GrantingProvider(shots, "image/jpeg") {
    companion object {
        private val shots = GrantedFolder("shots", "org.xuncha.app.shots")

        /** A new empty file for the camera. What an earlier one left behind goes. */
        fun newShot(context: Context): File = File.createTempFile("shot", ".jpg", shots.emptied(context))

        fun uriOf(shot: File): Uri = shots.uriOf(shot)
    }
}
